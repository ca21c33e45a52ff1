"""Which addresses in a publisher's words are well formed, and which name one release exactly."""

import pytest

from openness.sources.addresses import (
    addresses,
    first_address,
    hub_model,
    on_github,
    sizes_agree,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://arxiv.org/abs/2304.01373", ("https://arxiv.org/abs/2304.01373",)),
        (" http://www.ke.com ", ("http://www.ke.com",)),
        ("see [[the paper]](https://a.org/b.pdf).", ("https://a.org/b.pdf",)),
        ("https://a.org/x, https://b.org/y;", ("https://a.org/x", "https://b.org/y")),
        ("https://a.org/RWKV-v4-(Raven)", ("https://a.org/RWKV-v4-(Raven)",)),
        ("https://a.org/b#%E8%AE%B8", ("https://a.org/b#%E8%AE%B8",)),
        ("goose.ai", ()),
        ("none", ()),
        ("", ()),
        ("javascript:alert(1)", ()),
        ("https://localhost/x", ()),
        ("https://a.org@b.org/", ()),
        ("https://", ()),
        ("https://[::1", ()),
        ("https://a.org\u2100b/", ()),
        ("https://a.org/" + "x" * 1_000, ()),
    ],
)
def test_addresses_are_found_in_prose_without_its_punctuation(
    text: str, found: tuple[str, ...]
) -> None:
    assert addresses(text) == found


def test_the_first_well_formed_address_counts() -> None:
    assert first_address(["NA", "ftp://a.org", "https://b.org/c"]) == "https://b.org/c"
    assert first_address([]) == ""


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("https://huggingface.co/bigscience/bloom", "bigscience/bloom"),
        ("https://huggingface.co/bigscience/bloom/", "bigscience/bloom"),
        ("https://www.huggingface.co/bigscience/bloom#x", "bigscience/bloom"),
        ("https://huggingface.co/swiss-ai/Apertus-70B-2509/tree/main", "swiss-ai/Apertus-70B-2509"),
        ("https://huggingface.co/microsoft/phi-1/blob/main/README.md", "microsoft/phi-1"),
        (
            "https://huggingface.co/stabilityai/stablelm-2-1_6b · Hugging Face",
            "stabilityai/stablelm-2-1_6b",
        ),
        ("xai-org/grok-1", "xai-org/grok-1"),
        ("https://huggingface.co/allenai/OLMo-7B/tree/step1000", ""),
        ("https://huggingface.co/datasets/tiiuae/falcon-refinedweb", ""),
        ("https://huggingface.co/spaces/facebook/MusicGen/tree/main", ""),
        ("https://huggingface.co/blog/idefics", ""),
        ("https://huggingface.co/OpenLLM-France", ""),
        ("https://huggingface.co", ""),
        ("https://github.com/EleutherAI/pythia", ""),
        ("https://nothuggingface.co/a/b", ""),
        ("Baichuan 2: Open Large-scale Language Models", ""),
        ("", ""),
    ],
)
def test_only_one_model_repository_is_an_exact_address(text: str, reference: str) -> None:
    assert hub_model(text) == reference


@pytest.mark.parametrize(
    ("reference", "names", "agree"),
    [
        ("Salesforce/codet5p-16b", ("CodeT5+-16B", "16B"), True),
        ("Salesforce/codet5p-16b", ("CodeT5+-220M", "220M"), False),
        ("google/codegemma-2b", ("CodeGemma-7B",), False),
        ("stabilityai/stablelm-2-1_6b", ("StableLM-2", "1.6B"), True),
        ("mistralai/Mixtral-8x7B-v0.1", ("Mixtral-8x7B-v0.1", "47B"), True),
        ("bigscience/bloom", ("BLOOM", "366B"), True),
        ("openai/gpt-oss-120b", ("gpt-oss",), True),
        ("unsloth/x-bnb-4bit", ("X", "7B"), True),
    ],
)
def test_a_repository_of_another_size_is_not_the_release(
    reference: str, names: tuple[str, ...], *, agree: bool
) -> None:
    assert sizes_agree(reference, *names) is agree


def test_a_record_is_a_permanent_address() -> None:
    assert (
        on_github("lfai/model_openness_tool", "8b5d30e", "models/CodeT5+ (x) 100%.yml")
        == "https://github.com/lfai/model_openness_tool/blob/8b5d30e/models/"
        "CodeT5%2B%20%28x%29%20100%25.yml"
    )
