"""One fact on its whole way: from a publisher's file to page, CSV and score, by a real worker."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command
from django.test import Client

from openness.models import Evidence, Judgement, Listing, Project, Score, Snapshot
from openness.services.imports import import_index
from openness.services.reviews import accept
from openness.sources import SOURCES
from openness.tasks import rescore_all, rescore_project
from tests.factories import SubmissionFactory

HERON = """\
framework: {name: Model Openness Framework, version: '1.0', date: '2024-12-15'}
release:
  name: Heron-7B
  version: 7B
  date: '2025-06-01'
  type: language
  producer: Shore Institute
  huggingface: 'https://huggingface.co/shore/heron-7b'
  license:
    distribution: {name: Apache-2.0, path: ''}
  components:
    - {name: 'Model parameters (Final)', description: 'Weights'}
    - {name: 'Model card', description: 'Card'}
    - {name: 'Research paper', description: 'Paper', component_path: 'https://arxiv.org/abs/2401.00001'}
"""


def ranking(client: Client, text: str) -> list[dict[str, str]]:
    body = b"".join(client.get(f"/rankings.csv?{text}").streaming_content).decode()
    return list(csv.DictReader(io.StringIO(body)))


def test_a_fact_travels_from_a_file_to_page_csv_and_score(
    tmp_path: Path, client: Client, worker: None, eventually: Callable[..., None]
) -> None:
    (tmp_path / "Heron-7B.yml").write_text(HERON)
    import_index(source=SOURCES["mof"], path=tmp_path)
    project = Project.objects.get()

    # What was received, what was said, what we hold.
    assert Snapshot.objects.get().plain == HERON.encode()
    assert Judgement.objects.filter(dimension="Research paper").exists()
    paper = Evidence.objects.in_force().get(component="preprint")
    assert (paper.state, paper.link) == ("open", "https://arxiv.org/abs/2401.00001")

    # A worker settles and scores it.
    rescore_all.delay()
    eventually(lambda: Listing.objects.filter(project=project).exists())
    listing = Listing.objects.get(project=project)
    score = Score.objects.get(profile=listing.profile, lens="open-to-whom")
    assert 0 < score.low < score.high <= 100

    # List, page and command show that very score.
    [row] = ranking(client, "q=heron")
    assert float(row["low"]) == score.low
    assert (row["license"], row["weights"], row["rank"]) == (
        "Apache-2.0",
        "by_request..public",
        "1",
    )
    page = client.get(project.get_absolute_url()).content.decode()
    assert "Heron-7B" in page
    assert "https://arxiv.org/abs/2401.00001" in page
    out = tmp_path / "rows.csv"
    call_command("export_csv", "--filter", "q=heron", "-o", str(out))
    assert out.read_bytes() == b"".join(client.get("/rankings.csv?q=heron").streaming_content)

    # The fact changes at its source, and everything follows.
    (tmp_path / "Heron-7B.yml").write_text(HERON.replace("Apache-2.0", "CC-BY-NC-4.0"))
    import_index(source=SOURCES["mof"], path=tmp_path)
    rescore_project.delay(project.pk)
    eventually(lambda: Listing.objects.get(project=project).license == "CC-BY-NC-4.0")
    [row] = ranking(client, "q=heron")
    assert row["license_class"] == "noncommercial"
    assert float(row["low"]) <= score.low
    assert "CC-BY-NC-4.0" in client.get(project.get_absolute_url()).content.decode()


def test_an_accepted_submission_appears_scored_without_a_restart(
    client: Client,
    worker: None,
    eventually: Callable[..., None],
    django_user_model: type,
) -> None:
    reviewer = django_user_model.objects.create_superuser("reviewer", password="a long password")
    row = accept(submission=SubmissionFactory(), by=reviewer, alone=True)
    rescore_project.delay_on_commit(row.project_id)
    eventually(lambda: ranking(client, "q=pelican"))
    [row] = ranking(client, "q=pelican&runs_on=laptop")
    assert (row["organization"], row["weights"], row["api"]) == (
        "Shore Institute",
        "public",
        "none",
    )
    assert row["rank"] == "1"
