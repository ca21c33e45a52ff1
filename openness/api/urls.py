"""Every address of the API, below `/api/`."""

from django.urls import path, re_path

from openness.api import reads, webhooks, writes
from openness.api.description import Nothing, Schema

urlpatterns = [
    path("v1/projects/", reads.Projects.as_view(), name="api-projects"),
    path("v1/projects/<slug:slug>/", reads.OneProject.as_view(), name="api-project"),
    path(
        "v1/projects/<slug:slug>/components/<slug:component>/",
        reads.Trail.as_view(),
        name="api-trail",
    ),
    path("v1/evidence/", reads.Statements.as_view(), name="api-evidence"),
    path("v1/scores/", reads.Scores.as_view(), name="api-scores"),
    path("v1/organizations/", reads.Organizations.as_view(), name="api-organizations"),
    path("v1/organizations/<slug:slug>/", reads.OneOrganization.as_view(), name="api-organization"),
    path("v1/licenses/", reads.Licenses.as_view(), name="api-licenses"),
    path("v1/licenses/<str:key>/", reads.OneLicense.as_view(), name="api-license"),
    path("v1/lenses/", reads.Lenses.as_view(), name="api-lenses"),
    path("v1/lenses/<slug:key>/", reads.OneLens.as_view(), name="api-lens"),
    path("v1/changes/", reads.Changes.as_view(), name="api-changes"),
    path("v1/submissions/", writes.Submissions.as_view(), name="api-submissions"),
    path("v1/submissions/<str:token>/", writes.OneSubmission.as_view(), name="api-submission"),
    path("v1/score/", writes.Scoring.as_view(), name="api-score"),
    path("v1/webhooks/", webhooks.Receivers.as_view(), name="api-webhooks"),
    path("v1/webhooks/<slug:key>/", webhooks.OneReceiver.as_view(), name="api-webhook"),
    path("schema/", Schema.as_view(), name="api-schema"),
    re_path(r"^[\s\S]*", Nothing.as_view(), name="api-nothing"),
]
