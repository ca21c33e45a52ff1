"""A maintainer sees the log of an address and sends a worker there."""

import re
from datetime import timedelta

from django.utils import timezone

from openness.models import Fetch, Identifier
from openness.services.refresh_prune import prune_log
from openness.tasks import visit as visit_task


def test_an_address_shows_its_log_and_is_fetched_on_demand(
    hub, target, visit, admin_client, monkeypatch, django_capture_on_commit_callbacks
):
    hub.models["shore/heron"] = hub.model("shore/heron", license="mit")
    row = target("shore/heron")
    visit(row)
    hub.models["shore/heron"] = hub.model("shore/heron", license="cc-by-nc-4.0")
    visit(row)
    visit(row)
    address = f"/admin/openness/identifier/{row.pk}/change/"
    page = admin_client.get(address).content.decode()
    [newest, moved, first] = re.findall(r"<tr>\s*<th scope=\"row\">20.*?</tr>", page, re.DOTALL)
    assert "304: nothing has changed" in newest
    assert "<td>nothing</td>" in newest
    assert "200: there" in moved
    assert "license: mit -&gt; cc-by-nc-4.0" in moved
    assert "weights_end is less open (revision" in moved
    assert "license: mit (new)" in first
    assert "license: mit -&gt; mit" not in page
    assert "/api/models/shore/heron</td>" in first
    assert row.next_due_at > timezone.now() + timedelta(hours=1)
    assert f"{row.next_due_at:%Y-%m-%d %H:%M:%S}, in" in page

    sent = []
    monkeypatch.setattr(visit_task, "apply_async", lambda *args, **more: sent.append((args, more)))
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin_client.post(
            "/admin/openness/identifier/",
            {"action": "fetch_now", "_selected_action": [row.pk]},
            follow=True,
        )
    assert "1 address is due now." in answer.content.decode()
    assert sent == [((("hub",),), {"queue": "hub"})]
    assert Identifier.objects.get(pk=row.pk).next_due_at <= timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin_client.post(address, {"_fetch": "Fetch now"}, follow=True)
    assert "due since" in answer.content.decode()
    assert len(sent) == 2


def test_old_visits_are_removed_from_the_log_except_those_that_brought_a_snapshot(
    hub, target, visit
):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")
    for _ in range(3):
        visit(row)
    newest = Fetch.objects.first()
    before = timezone.now() - timedelta(days=91)
    Fetch.objects.exclude(pk=newest.pk).update(at=before)
    assert (prune_log(), prune_log()) == (1, 0)
    assert list(Fetch.objects.values_list("meaning", flat=True)) == ["unchanged", "ok"]
