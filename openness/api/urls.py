"""Every address of the API, below `/api/`."""

from django.urls import path, re_path

from openness.api import lists, projects, readings, statements, status, webhooks, writes
from openness.api.description import Nothing, Schema

urlpatterns = [
    path("v1/projects/", projects.Projects.as_view(), name="api-projects"),
    path("v1/projects/<slug:slug>/", projects.OneProject.as_view(), name="api-project"),
    path(
        "v1/projects/<slug:slug>/components/<slug:component>/",
        statements.Trail.as_view(),
        name="api-trail",
    ),
    path("v1/projects/<slug:slug>/raises/", readings.WhatWouldRaise.as_view(), name="api-raises"),
    path(
        "v1/projects/<slug:slug>/disagreements/",
        readings.Disagreements.as_view(),
        name="api-disagreements",
    ),
    path("v1/comparison/", readings.Comparison.as_view(), name="api-comparison"),
    path("v1/evidence/", statements.Statements.as_view(), name="api-evidence"),
    path("v1/scores/", projects.Scores.as_view(), name="api-scores"),
    path("v1/organizations/", lists.Organizations.as_view(), name="api-organizations"),
    path("v1/organizations/<slug:slug>/", lists.OneOrganization.as_view(), name="api-organization"),
    path("v1/licenses/", lists.Licenses.as_view(), name="api-licenses"),
    path("v1/licenses/<str:key>/", lists.OneLicense.as_view(), name="api-license"),
    path("v1/lenses/", lists.Lenses.as_view(), name="api-lenses"),
    path("v1/lenses/<slug:key>/", lists.OneLens.as_view(), name="api-lens"),
    path("v1/changes/", statements.Changes.as_view(), name="api-changes"),
    path("v1/plots/", lists.Plots.as_view(), name="api-plots"),
    path("v1/plots/<slug:key>/", lists.OnePlot.as_view(), name="api-plot"),
    path("v1/status/", status.Status.as_view(), name="api-status"),
    path("v1/submissions/", writes.Submissions.as_view(), name="api-submissions"),
    path("v1/submissions/<str:token>/", writes.OneSubmission.as_view(), name="api-submission"),
    path("v1/score/", writes.Scoring.as_view(), name="api-score"),
    path("v1/webhooks/", webhooks.Receivers.as_view(), name="api-webhooks"),
    path("v1/webhooks/<slug:key>/", webhooks.OneReceiver.as_view(), name="api-webhook"),
    path("schema/", Schema.as_view(), name="api-schema"),
    re_path(r"^[\s\S]*", Nothing.as_view(), name="api-nothing"),
]
