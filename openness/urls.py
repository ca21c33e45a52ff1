"""Every address of the site."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import path

from openness.views import errors
from openness.views.components import components
from openness.views.data import rankings_csv, rankings_json, rankings_metadata
from openness.views.health import health
from openness.views.home import home
from openness.views.licenses import license_page
from openness.views.methods import method, methods
from openness.views.organizations import organization
from openness.views.projects import project
from openness.views.rankings import rankings
from openness.views.submissions import submission, submit

urlpatterns = [
    path("health/", health, name="health"),
    path("rankings.csv", rankings_csv, name="rankings-csv"),
    path("rankings.json", rankings_json, name="rankings-json"),
    path("rankings.csv-metadata.json", rankings_metadata, name="rankings-metadata"),
    path("admin/", admin.site.urls),
    # English at the root, the other languages under their code.
    *i18n_patterns(
        path("", home, name="home"),
        path("rankings/", rankings, name="rankings"),
        path("projects/<slug:slug>/", project, name="project"),
        path("organizations/<slug:slug>/", organization, name="organization"),
        path("licenses/<path:key>/", license_page, name="license"),
        path("methods/", methods, name="methods"),
        path("methods/<slug:key>/", method, name="method"),
        path("submit/", submit, name="submit"),
        path("submissions/<str:token>/", submission, name="submission"),
        path("components/", components, name="components"),
        prefix_default_language=False,
    ),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
