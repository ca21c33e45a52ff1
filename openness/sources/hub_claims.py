"""What lets us hold what of a release: from observations at the Hugging Face Hub to claims."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from openness.sources.live import Target
from scoring.facts import Access, Claim, Hosting, Kind, Quantity, State, Trust, exactly, span
from scoring.licenses import NONE_DECLARED, normalize

KEY = "hub"
# A data set as a release of its own: what models are trained on.
DATA = "training_data_base"
_GATES = {
    "auto": ("click_through", exactly(Access.CLICK_THROUGH)),
    "manual": ("by_request", exactly(Access.BY_REQUEST)),
    "true": ("", span(Access.BY_REQUEST, Access.CLICK_THROUGH)),
}


def claims(target: Target, observed: Mapping[str, str]) -> list[Claim]:
    """What the observations let us hold of the release; nothing where nothing was observed."""
    page = "datasets/" if target.kind == "dataset" else ""
    url = f"https://huggingface.co/{page}{target.reference}"
    say = partial(Claim, source=KEY, trust=Trust.VENDOR_API, confidence=4, link=url)
    if target.kind == "dataset" and target.project_kind is Kind.DATASET:
        held = _of_data(observed) | _license(observed)
        return [say(component=DATA, **({"state": State.UNKNOWN} | held))] if held else []
    if target.kind != "model" or target.project_kind is not Kind.MODEL:
        return []
    made = []
    held = _access(observed) | _license(observed)
    if held:
        made.append(say(component="weights_end", **({"state": State.UNKNOWN} | held)))
    if (offered := observed.get("live_providers")) and observed.get("gone") != "true":
        made.append(
            say(
                component="hosted_api",
                state=State.PARTIAL,
                state_most=State.OPEN,
                # Paid for sure, free perhaps: free tiers come and go.
                hosting=span(Hosting.PAID_API, Hosting.FREE_API),
                origin="third_party",
                audience="anyone",
                note=f"served by {', '.join(offered.split())}",
            )
        )
    return made


def _of_data(observed: Mapping[str, str]) -> dict[str, Any]:
    """Whether the data themselves can be had; behind a gate they can, by those who pass it."""
    held = _access(observed, files="data_files")
    held.pop("access", None)  # said of weights and sources alone
    return held


def _access(observed: Mapping[str, str], *, files: str = "weight_files") -> dict[str, Any]:
    if "true" in (observed.get(word) for word in ("gone", "disabled", "private")):
        return {
            "state": State.CLOSED,
            "access": exactly(Access.NONE),
            "note": "withdrawn: gone, disabled or private at the Hub",
        }
    gated = observed.get("gated", "")
    # A repository without weights says nothing of the weights, one without data of the data.
    if not gated or observed.get(files, "") in ("", "0"):
        return {}
    if gated == "false":
        return {"state": State.OPEN, "gate": "none", "access": exactly(Access.PUBLIC)}
    if gated not in _GATES:
        return {}
    gate, access = _GATES[gated]
    return {"state": State.PARTIAL, "partial_reason": "gated", "gate": gate, "access": access}


def _license(observed: Mapping[str, str]) -> dict[str, Any]:
    """The declared name says more than the identifier, which may be "other"."""
    declared, tags = observed.get("license"), observed.get("license_tags")
    if declared is None and tags is None:
        return {}
    raw = declared or tags or ""
    if raw in ("other", "") and observed.get("license_name"):
        raw = observed["license_name"]
    if raw:
        license_id = normalize(raw) or normalize(tags or "")
        return {"license_raw": raw, "license_id": license_id, "license_source": "component"}
    if declared is None:
        return {}  # the card was not seen, so its silence was not either
    return {"license_id": NONE_DECLARED, "license_source": "none"}


def quantities(target: Target, observed: Mapping[str, str]) -> list[Quantity]:
    """Parameters as the files count them, unless they are packed several to an element."""
    count = observed.get("parameters", "")
    packed = "quantized:" in observed.get("base_model_tags", "") and "gguf" not in observed.get(
        "formats", ""
    )
    if target.kind != "model" or not count.isdigit() or packed:
        return []
    return [
        Quantity(
            "parameters",
            float(count),
            float(count),
            source=KEY,
            link=f"https://huggingface.co/{target.reference}",
            trust=Trust.VENDOR_API,
        )
    ]
