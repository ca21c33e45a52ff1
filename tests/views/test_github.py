"""Sign-in by GitHub: there with its keys alone, an account like any other, no shortcut."""

import importlib
import json
import runpy
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.checks.registry import registry
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.urls import clear_url_caches

from openness import environment, urls
from openness.environment import PROJECT
from openness.models import Review
from tests.factories import SubmissionFactory
from tests.fakehub import Action, FakeHub
from tests.fakehub.replies import Reply

OURS = "GITHUB_SIGN_IN", "MIDDLEWARE", "ACCOUNT_", "SOCIALACCOUNT_"
PROFILE = {"id": 4711, "login": "ana", "name": "Ana A.", "email": "ana@example.org"}


def answer(body: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    """The site as its settings make it with GitHub's keys."""
    monkeypatch.setenv("GITHUB_CLIENT_ID", "ours")
    monkeypatch.setenv("GITHUB_CLIENT_SECRET", "secret")
    made = runpy.run_path(str(PROJECT / "openness" / "settings.py"))
    changed = {name: made[name] for name in made if name.startswith(OURS)}
    # Apps are set up before the other settings of the same override hold.
    installed = override_settings(INSTALLED_APPS=made["INSTALLED_APPS"])
    # What the apps enter into lists of the process would outlast them.
    admins, checks = dict(admin.site._registry), set(registry.registered_checks)
    with override_settings(**changed), installed:
        importlib.reload(urls)
        clear_url_caches()
        yield
    importlib.reload(urls)
    clear_url_caches()
    admin.site._registry, registry.registered_checks = admins, checks
    ContentType.objects.clear_cache()


@pytest.fixture
def github(keys: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A server in GitHub's place that tells of Ana, and the tables of allauth."""
    with connection.schema_editor() as editor:
        for label in ("account", "socialaccount"):
            for model in apps.get_app_config(label).get_models():
                editor.create_model(model)
    # It can be imported only where its app is installed.
    views = importlib.import_module("allauth.socialaccount.providers.github.views")
    with FakeHub() as fake:
        fake.pages["/token"] = answer({"access_token": "t", "token_type": "bearer"})
        fake.pages["/user"] = answer(PROFILE)
        monkeypatch.setattr(views.GitHubOAuth2Adapter, "access_token_url", f"{fake.url}/token")
        monkeypatch.setattr(views.GitHubOAuth2Adapter, "profile_url", f"{fake.url}/user")
        yield fake


def comes_back(client: Client, following: str = "", **query: str) -> Any:
    """What a browser is told that goes to GitHub and back."""
    away = client.post("/sign-in/github/", {"next": following})
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    return client.get("/sign-in/github/callback/", {"state": state, "code": "c"} | query)


def signed_in(client: Client) -> str:
    """The name of whoever is signed in."""
    number = client.session.get("_auth_user_id")
    return User.objects.get(pk=number).username if number else ""


def test_without_keys_there_is_nothing_of_it(client: Client, settings: Any) -> None:
    assert "GitHub" not in client.get("/sign-in/").content.decode().partition("<footer")[0]
    assert "github.com" not in client.get("/sign-in/")["Content-Security-Policy"]
    assert client.post("/sign-in/github/").status_code == 404
    assert client.get("/sign-in/github/callback/").status_code == 404
    assert not [name for name in settings.INSTALLED_APPS if name.startswith("allauth")]


@pytest.mark.parametrize("name", ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"])
def test_half_of_the_keys_is_refused(name: str) -> None:
    with pytest.raises(environment.ImproperlyConfigured, match="is needed where"):
        environment.read({name: "x"})


def test_the_button_leads_to_github_and_asks_for_nothing_private(
    github: FakeHub, client: Client
) -> None:
    page = client.get("/sign-in/?next=/review/7/")
    assert "Sign in with GitHub" in page.content.decode()
    policy = page["Content-Security-Policy"]
    assert "form-action 'self' https://github.com;" in policy
    assert "default-src 'none'; script-src 'self';" in policy
    assert "github.com" not in client.get("/")["Content-Security-Policy"]
    away = urlsplit(client.post("/sign-in/github/")["Location"])
    assert (away.netloc, away.path) == ("github.com", "/login/oauth/authorize")
    asked = parse_qs(away.query, keep_blank_values=True)
    assert asked["redirect_uri"] == ["http://testserver/sign-in/github/callback/"]
    assert (asked.get("scope", [""]), asked["code_challenge_method"]) == ([""], ["S256"])
    # A link or a picture elsewhere cannot begin it, nor can another site's form.
    assert client.get("/sign-in/github/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/sign-in/github/").status_code == 403


def test_no_page_of_allauth_is_there_and_migrations_make_its_tables(
    keys: None, client: Client
) -> None:
    for path in ("/accounts/login/", "/accounts/", "/login/", "/sign-in/github/login/"):
        assert client.get(path).status_code == 404
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
    call_command("check", fail_level="WARNING")
    call_command("migrate", verbosity=0)
    assert {"account_emailaddress", "socialaccount_socialaccount"} <= {
        *connection.introspection.table_names()
    }


def test_who_comes_from_github_has_an_account_without_rights_and_nothing_private_is_kept(
    github: FakeHub, client: Client
) -> None:
    assert comes_back(client, "/submit/")["Location"] == "/submit/"
    user = User.objects.get()
    assert (user.username, user.email, user.get_full_name()) == ("ana@github", "", "")
    assert not user.has_usable_password()
    assert (user.is_staff, user.is_superuser, user.get_all_permissions()) == (False, False, set())
    queue = client.get("/review/").content.decode()
    assert "Signed in as ana@github" in queue
    assert "Sign out" in queue
    [account] = user.socialaccount_set.all()
    assert (account.uid, account.extra_data) == ("4711", {})
    # The same again is the same account, under whatever name it has there by now.
    github.pages["/user"] = answer(PROFILE | {"login": "ana-b"})
    again = Client()
    comes_back(again)
    assert signed_in(again) == "ana@github"
    # Who has taken the old login is somebody else.
    github.pages["/user"] = answer(PROFILE | {"id": 5})
    other = Client()
    comes_back(other)
    assert signed_in(other) == "ana-5@github"


def test_an_account_of_the_same_address_or_name_stays_its_owners(
    github: FakeHub, client: Client
) -> None:
    owner = User.objects.create_superuser("ana", "ana@example.org", "a long password")
    comes_back(client)
    assert signed_in(client) == "ana@github"
    assert User.objects.count() == 2
    assert not owner.socialaccount_set.exists()
    # Nor is it tied to whoever is signed in already.
    desk = Client()
    desk.force_login(owner)
    comes_back(desk, process="connect")
    assert signed_in(desk) == "ana@github"
    assert not owner.socialaccount_set.exists()


def test_a_reviewer_who_comes_by_github_passes_the_second_factor_too(
    github: FakeHub, client: Client, settings: Any
) -> None:
    comes_back(client)
    settings.SECOND_FACTOR = True
    User.objects.get().user_permissions.add(Permission.objects.get(codename="change_submission"))
    sent = SubmissionFactory()
    address = f"/review/{sent.pk}/"
    desk = Client()
    asked = comes_back(desk, address)
    assert asked["Location"] == f"/sign-in/code/?next=%2Freview%2F{sent.pk}%2F"
    assert desk.post(address, {"do": "accept"})["Location"].startswith("/sign-in/code/")
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("query", "token", "profile"),
    [
        ({"error": "access_denied"}, None, None),  # cancelled there
        ({"state": "forged"}, None, None),
        ({}, answer({"error": "bad_verification_code"}), None),
        ({}, answer({}, 500), None),
        ({}, None, answer({"message": "Bad credentials"}, 401)),
    ],
)
def test_what_fails_at_github_leads_back_with_a_word_and_makes_nothing(
    github: FakeHub,
    client: Client,
    query: dict[str, str],
    token: Reply | None,
    profile: Reply | None,
) -> None:
    github.pages["/token"] = token or github.pages["/token"]
    github.pages["/user"] = profile or github.pages["/user"]
    back = comes_back(client, **query)
    assert back["Location"] == "/sign-in/?failed=github"
    assert "GitHub has not let you in" in client.get(back["Location"]).content.decode()
    assert not signed_in(client)
    assert not User.objects.exists()


def test_nobody_is_led_to_another_site_and_a_closed_account_stays_closed(
    github: FakeHub, client: Client
) -> None:
    assert comes_back(client, "https://evil.example/")["Location"] == "/review/"
    User.objects.update(is_active=False)
    late = Client()
    assert comes_back(late)["Location"] == "/sign-in/?failed=github"
    assert not signed_in(late)


def test_a_server_that_hangs_up_leads_back_too(github: FakeHub, client: Client) -> None:
    github.script("token", Action(reset=True))
    assert comes_back(client)["Location"] == "/sign-in/?failed=github"
