"""The admin: read the record, decide submissions. What must not change is shown, not edited."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from openness import visited
from openness.models import (
    Change,
    Edition,
    Evidence,
    Fetch,
    Identifier,
    Judgement,
    Organization,
    Project,
    Quantity,
    Review,
    Revision,
    SourceState,
    Subject,
    Submission,
)
from openness.services.renames import describe, rename
from openness.services.reviews import NotAllowed, accept, send_back
from openness.services.submissions import AlreadyDecided
from openness.sources import LIVE
from openness.tasks import rescore_project, visit

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin  # generic for the type checker only


VISITS = 30
"""Questions of an address that its page shows."""


def _reviewer(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class ReadOnly(ModelAdmin):
    """Rows of the record: they are added by services and never edited by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Services add them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody edits them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is ever deleted from the record."""
        return False


@admin.register(Submission)
class SubmissionAdmin(ReadOnly):
    """Proposals and their decision as a whole; `/review/` decides them one statement at a time.

    An administrator's acceptance stands for the two reviewers that a large rise takes.
    """

    list_display = ("name", "kind", "organization", "status", "created_at", "decided_by")
    list_filter = ("status", "kind")
    search_fields = ("name", "organization")
    fields = ("name", "organization", "status", "proposed", "email", "created_at", "outcome")
    readonly_fields = fields
    actions = ("accept_selected",)
    change_form_template = "admin/submission.html"

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever may decide may look."""
        return self.may_decide(request) or super().has_view_permission(request, obj)

    def may_decide(self, request: HttpRequest) -> bool:
        """Here only administrators decide: their word stands for two."""
        return request.user.is_active and request.user.is_superuser

    @admin.display(description="proposed")
    def proposed(self, row: Submission) -> SafeString:
        """The fields as they were typed."""
        return format_html(
            "<dl>{}</dl>",
            format_html_join(
                "", "<dt>{}</dt><dd>{}</dd>", ((k, v) for k, v in row.payload.items() if v)
            ),
        )

    @admin.display(description="outcome")
    def outcome(self, row: Submission) -> str | SafeString:
        """What became of it."""
        if row.project:
            return format_html('<a href="{}">{}</a>', row.project.get_absolute_url(), row.project)
        return row.reason or "-"

    @admin.action(description="Accept the selected submissions", permissions=["decide"])
    def accept_selected(self, request: HttpRequest, queryset: QuerySet[Submission]) -> None:
        """Accept each that is still pending; the worker scores them after the commit."""
        done = sum(self._accept(request, row) for row in queryset.filter(status="pending"))
        self.message_user(
            request,
            ngettext("%d submission accepted.", "%d submissions accepted.", done) % done,
            messages.SUCCESS if done else messages.WARNING,
        )

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """The permission that the action asks for."""
        return self.may_decide(request)

    def _accept(self, request: HttpRequest, row: Submission) -> bool:
        try:
            row = accept(submission=row, by=_reviewer(request), alone=True)
        except (AlreadyDecided, NotAllowed) as error:
            self.message_user(request, str(error), messages.ERROR)
            return False
        # Celery's Django task class has it, its types do not.
        rescore_project.delay_on_commit(row.project_id)  # type: ignore[attr-defined]
        return True

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The proposal with its two buttons; a POST decides it."""
        row = self.get_object(request, object_id)
        if request.method != "POST" or row is None or not self.may_decide(request):
            decidable = row is not None and row.status == "pending" and self.may_decide(request)
            return super().change_view(
                request, object_id, form_url, {**(extra_context or {}), "decidable": decidable}
            )
        if "_accept" in request.POST:
            if self._accept(request, row):
                self.message_user(request, f"{row.name} is accepted; a worker is scoring it.")
        elif not (reason := request.POST.get("reason", "").strip()):
            self.message_user(request, "Say why it is returned.", messages.ERROR)
            return HttpResponseRedirect(request.path)
        else:
            try:
                send_back(submission=row, by=_reviewer(request), reason=reason)
                self.message_user(request, f"{row.name} is returned to its sender.")
            except (AlreadyDecided, NotAllowed) as error:
                self.message_user(request, str(error), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:openness_submission_changelist"))


@admin.register(Organization)
class OrganizationAdmin(ModelAdmin):
    """Names and aliases; the slug of one that exists is its address and stays.

    What the Hub says of it is a machine's to write.
    """

    list_display = ("name", "kind", "country", "slug")
    list_filter = ("kind",)
    search_fields = ("name", "aliases")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        """Whatever would break an address, and what the Hub said."""
        return ("hub_id", "hub_verified", "hub_due_at", *(("slug",) if obj else ()))

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Lists show it: it is a revision of the record."""
        if isinstance(obj, Organization):
            describe(obj, by=_reviewer(request))


@admin.register(Project)
class ProjectAdmin(ReadOnly):
    """Releases; what is so of them stands in evidence. Only name and address can be changed."""

    list_display = ("name", "organization", "kind", "released", "updated_at")
    list_filter = ("kind",)
    search_fields = ("name", "slug")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Who may change projects may rename one."""
        return request.user.has_perm("openness.change_project")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """All but the two."""
        names = [f.name for f in Project._meta.fields]
        return [name for name in names if name not in ("id", "name", "slug")]

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """The old address leads to the new one from now on."""
        if isinstance(obj, Project):
            rename(obj, name=obj.name, slug=obj.slug, by=_reviewer(request))


@admin.register(Evidence)
class EvidenceAdmin(ReadOnly):
    """Statements, in force and superseded."""

    list_display = ("project", "component", "state", "source", "stated_on", "superseded")
    list_filter = ("source", "component", "state")
    search_fields = ("project__name", "project__slug")
    list_select_related = ("project", "superseded")


@admin.register(Subject)
class SubjectAdmin(ReadOnly):
    """What publishers speak of, and to which row it was matched by whom."""

    list_display = ("index", "name", "project", "organization", "matched_by", "matched_on")
    list_filter = ("index",)
    search_fields = ("name", "key")
    list_select_related = ("project", "organization")


@admin.register(Judgement)
class JudgementAdmin(ReadOnly):
    """What publishers said, verbatim."""

    list_display = ("subject", "edition", "dimension", "value")
    list_filter = ("edition",)
    search_fields = ("subject__name",)
    list_select_related = ("subject", "edition")


@admin.register(Identifier)
class IdentifierAdmin(ReadOnly):
    """Addresses and how the last visit went."""

    list_display = ("reference", "source", "kind", "project", "state", "last_ok_at", "next_due_at")
    list_filter = ("source", "state")
    search_fields = ("reference",)
    list_select_related = ("project",)
    fields = (
        *("project", "source", "kind", "reference", "immutable_id", "state", "fails"),
        *("last_ok_at", "next_visit"),
    )
    readonly_fields = ("next_visit",)
    actions = ("fetch_now",)
    change_form_template = "admin/identifier.html"

    @admin.display(description="next visit")
    def next_visit(self, row: Identifier) -> str:
        """When it is due, or who has it in hand."""
        return visited.next_visit(row)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The address with its log and what is read there; a POST has it fetched."""
        row = self.get_object(request, object_id)
        fetchable = row is not None and row.source in LIVE and self.has_refresh_permission(request)
        if fetchable and "_fetch" in request.POST:
            self.fetch_now(request, Identifier.objects.filter(pk=object_id))
            return HttpResponseRedirect(request.path)
        shown: dict[str, Any] = {"fetchable": fetchable}
        if row is not None:
            read = row.observations.filter(ended_at__isnull=True).exclude(value="")
            shown |= {"lines": visited.log_of(row, most=VISITS), "observed": read}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def has_refresh_permission(self, request: HttpRequest) -> bool:
        """Sending workers out asks for the permission to change addresses."""
        return request.user.has_perm("openness.change_identifier")

    @admin.action(description="Fetch the selected addresses now", permissions=["refresh"])
    def fetch_now(self, request: HttpRequest, queryset: QuerySet[Identifier]) -> None:
        """Make them due; the workers visit them in the next round."""
        live = queryset.filter(source__in=LIVE)
        sources = set(live.values_list("source", flat=True))
        done = live.update(next_due_at=timezone.now())
        for key in sources:
            # Celery's Django task class has it, its types do not.
            visit.apply_async_on_commit((key,), queue=LIVE[key].queue)  # type: ignore[attr-defined]
        self.message_user(
            request,
            ngettext("%d address is due now.", "%d addresses are due now.", done) % done,
            messages.SUCCESS if done else messages.WARNING,
        )


@admin.register(Change)
class ChangeAdmin(ReadOnly):
    """Facts that became others."""

    list_display = ("project", "field", "old", "new", "change_class", "revision")
    list_filter = ("change_class", "source")
    list_select_related = ("project", "revision")


@admin.register(Review)
class ReviewAdmin(ReadOnly):
    """Who decided which statement, and when; also what was undone."""

    list_display = ("submission", "part", "decision", "decides", "reviewer", "at", "undone_at")
    list_filter = ("decision", "decides")
    list_select_related = ("submission", "reviewer")


@admin.register(Edition, Quantity, Revision)
class RecordAdmin(ReadOnly):
    """The other tables of the record."""


@admin.register(Fetch)
class FetchAdmin(ReadOnly):
    """Each question to a source and what came back."""

    list_display = ("at", "source", "identifier", "status", "meaning", "words", "changed")
    list_filter = ("source", "meaning")
    list_select_related = ("identifier",)


@admin.register(SourceState)
class SourceStateAdmin(ReadOnly):
    """How each source stands, as all workers see it."""

    list_display = ("key", "last_ok_at", "paused_until", "reason", "quota_left")
