"""Every address of the site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from openness.citations import FILES as CITATION_FILES
from openness.exports.formats import FORMATS
from openness.views import errors
from openness.views.api import api_docs
from openness.views.compare import compare, compare_csv
from openness.views.components import components
from openness.views.crawlers import robots, sitemap, sitemap_part
from openness.views.data.citations import (
    cite_comparison,
    cite_data,
    cite_project,
    cite_ranking,
)
from openness.views.data.datasets import dataset, dataset_file
from openness.views.data.feeds import changes_atom, changes_json
from openness.views.data.lists import changes_csv, licenses, metadata, organizations
from openness.views.data.projects import (
    badge_json,
    badge_svg,
    project_as_csv,
    project_as_json,
    project_in_format,
    project_metadata,
)
from openness.views.data.rankings import rankings_csv, rankings_json, rankings_metadata
from openness.views.downloads import downloads
from openness.views.embeds import bars_svg, card_png, reach_svg, split_svg
from openness.views.health import health
from openness.views.home import home
from openness.views.licenses import license_page
from openness.views.licenses import licenses as license_list
from openness.views.methods import method, methods
from openness.views.metrics import metrics
from openness.views.organizations import organization
from openness.views.organizations import organizations as organization_list
from openness.views.plots import all_plots, editions_svg, plot_svg, portfolio_svg
from openness.views.projects import project
from openness.views.rankings import rankings
from openness.views.record import all_changes, history, history_svg
from openness.views.review import queue, review
from openness.views.second_factor import code, second_factor
from openness.views.sign_in import sign_in, sign_out
from openness.views.status import status
from openness.views.submissions import submission, submit
from openness.views.trails import cell
from openness.views.tray import tray
from openness.views.watches import watch, watch_project
from openness.views.webhooks import webhook, webhooks

admin.autodiscover()

urlpatterns = [
    path("health/", health, name="health"),
    path("metrics/", metrics, name="metrics"),
    path("rankings.csv", rankings_csv, name="rankings-csv"),
    path("rankings.json", rankings_json, name="rankings-json"),
    path("rankings.csv-metadata.json", rankings_metadata, name="rankings-metadata"),
    path("projects/<slug:slug>.json", project_as_json, name="project-json"),
    path("projects/<slug:slug>.csv", project_as_csv, name="project-csv"),
    path("projects/<slug:slug>.csv-metadata.json", project_metadata, name="project-metadata"),
    *(
        path(
            f"projects/<slug:slug>.{form}",
            project_in_format,
            {"form": form},
            name=f"project-{form}",
        )
        for form in FORMATS
    ),
    path("projects/<slug:slug>/badge/<slug:lens>.svg", badge_svg, name="badge-svg"),
    path("projects/<slug:slug>/badge/<slug:lens>.json", badge_json, name="badge-json"),
    path("organizations.csv", organizations, {"suffix": "csv"}, name="organizations-csv"),
    path("organizations.json", organizations, {"suffix": "json"}, name="organizations-json"),
    path("licenses.csv", licenses, {"suffix": "csv"}, name="licenses-csv"),
    path("licenses.json", licenses, {"suffix": "json"}, name="licenses-json"),
    path("changes.csv", changes_csv, name="changes-csv"),
    path("changes.atom", changes_atom, name="changes-atom"),
    path("changes.json", changes_json, name="changes-json"),
    path("<slug:name>.csv-metadata.json", metadata, name="metadata"),
    path("projects/<slug:slug>/reach.svg", reach_svg, name="reach-svg"),
    path("projects/<slug:slug>/bars.svg", bars_svg, name="bars-svg"),
    path("projects/<slug:slug>/split.svg", split_svg, name="split-svg"),
    path("projects/<slug:slug>/history.svg", history_svg, name="history-svg"),
    path("projects/<slug:slug>/card.png", card_png, name="card"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap-<slug:name>.xml", sitemap_part, name="sitemap-part"),
    path("compare.csv", compare_csv, name="compare-csv"),
    *(
        path(f"{place}/{name}", view, {"form": form}, name=f"{route}-{form}")
        for place, route, view in (
            ("projects/<slug:slug>", "cite-project", cite_project),
            ("rankings", "cite-ranking", cite_ranking),
            ("compare", "cite-comparison", cite_comparison),
            ("data", "cite-data", cite_data),
        )
        for form, name in CITATION_FILES.items()
    ),
    path("data/<slug:day>/<str:name>", dataset_file, name="dataset-file"),
    path("api/docs/", api_docs, name="api-docs"),
    path("api/", include("openness.api.urls")),
    path("admin/", admin.site.urls),
    *(
        [path("sign-in/github/", include("openness.views.github"))]
        if settings.GITHUB_SIGN_IN
        else []
    ),
    # English at the root, the other languages under their code.
    *i18n_patterns(
        path("", home, name="home"),
        path("rankings/", rankings, name="rankings"),
        path("compare/", compare, name="compare"),
        path("tray/", tray, name="tray"),
        path("projects/<slug:slug>/", project, name="project"),
        path("projects/<slug:slug>/history/", history, name="history"),
        path("projects/<slug:slug>/watch/", watch_project, name="watch-project"),
        path("watches/<slug:token>/", watch, name="watch"),
        path("projects/<slug:slug>/components/<slug:component>/", cell, name="cell"),
        path("organizations/", organization_list, name="organizations"),
        path("organizations/<slug:slug>/", organization, name="organization"),
        path("organizations/<slug:slug>/portfolio.svg", portfolio_svg, name="portfolio-svg"),
        path("organizations/<slug:slug>/fmti.svg", editions_svg, name="editions-svg"),
        path("licenses/", license_list, name="licenses"),
        path("licenses/<path:key>/", license_page, name="license"),
        path("methods/", methods, name="methods"),
        path("methods/<slug:key>/", method, name="method"),
        path("plots/", all_plots, name="plots"),
        path("plots/<slug:key>.svg", plot_svg, name="plot-svg"),
        path("data/", downloads, name="data"),
        path("data/<slug:day>/", dataset, name="dataset"),
        path("changes/", all_changes, name="changes"),
        path("status/", status, name="status"),
        path("submit/", submit, name="submit"),
        path("submissions/<slug:token>/", submission, name="submission"),
        path("review/", queue, name="queue"),
        path("review/<int:key>/", review, name="review"),
        path("sign-in/", sign_in, name="sign-in"),
        path("sign-in/code/", code, name="sign-in-code"),
        path("sign-in/second-factor/", second_factor, name="second-factor"),
        path("sign-out/", sign_out, name="sign-out"),
        path("components/", components, name="components"),
        path("webhooks/", webhooks, name="webhooks"),
        path("webhooks/<slug:key>/", webhook, name="webhook"),
        prefix_default_language=False,
    ),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
