"""A maintainer sees the log of an address and sends a worker there."""

from datetime import timedelta

from django.utils import timezone

from openness.models import Identifier
from openness.tasks import visit as visit_task


def test_an_address_shows_its_log_and_is_fetched_on_demand(
    hub, target, visit, admin_client, monkeypatch, django_capture_on_commit_callbacks
):
    hub.models["shore/heron"] = hub.model("shore/heron")
    row = target("shore/heron")
    visit(row)
    page = admin_client.get(f"/admin/openness/identifier/{row.pk}/change/").content.decode()
    assert "200 ok: there" in page
    assert row.next_due_at > timezone.now() + timedelta(hours=1)

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
