"""The record of one cell: who stated, who reviewed, since when, and what followed."""

from django.contrib.auth.models import User
from django.test import Client

from openness.models import Project
from openness.services.reviews import accept
from openness.services.submissions import correct


def test_the_whole_record_of_a_cell_is_on_its_page_and_in_the_api(
    client: Client, heron: Project, admin_user: User
) -> None:
    for state in ("closed", "open"):
        said = {"state": state, "link": f"https://example.org/{state}", "note": f"It is {state}."}
        accept(submission=correct(project=heron, components={"model_card": said}), by=admin_user)
    html = client.get("/projects/heron-7b/components/model_card/").content.decode()
    assert html.index("It is open.") < html.index("It is closed.")
    assert html.count("accepted: admin") == 2
    assert html.count("until revision") == 1
    rows = client.get("/api/v1/projects/heron-7b/components/model_card/").json()["results"]
    assert [row["state"] for row in rows[:2]] == ["open", "closed"]
    assert rows[1]["until"] == rows[0]["since"]
    assert rows[0]["until"] is None
    assert rows[0]["reviewer"] == rows[0]["reviews"][0]["reviewer"] == "admin"
    for address in ("/projects/heron-7b/components/soul/", "/projects/no/components/model_card/"):
        assert client.get(address).status_code == 404
        assert client.get(f"/api/v1{address}").status_code == 404


def test_each_row_of_a_project_leads_to_its_correction_and_its_record(
    client: Client, heron: Project
) -> None:
    html = client.get("/projects/heron-7b/").content.decode()
    assert 'href="/submit/?project=heron-7b&amp;component=training_code"' in html
    assert 'href="/projects/heron-7b/components/training_code/"' in html
    assert 'href="/submit/?project=heron-7b"' in html
