"""Who releases: companies, institutes, communities."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.urls import reverse

from openness.models.constraints import choices, one_of

KINDS = ("company", "academic", "nonprofit", "community", "government", "individual", "unknown")


class Organization(models.Model):
    """A maker of projects. `aliases` are the names under which sources speak of it."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=choices(KINDS), default="unknown")
    country = models.CharField(max_length=80, blank=True, help_text="As the source names it.")
    homepage = models.URLField(max_length=500, blank=True)
    hub_name = models.CharField(
        max_length=120, blank=True, help_text="Name on the Hugging Face Hub."
    )
    hub_id = models.CharField(
        max_length=40, blank=True, help_text="The Hub's own id, which a rename does not change."
    )
    hub_verified = models.BooleanField(
        null=True, blank=True, help_text="Whether the Hub has verified it; empty: nobody has asked."
    )
    hub_due_at = models.DateTimeField(
        null=True, blank=True, help_text="When the Hub is asked again; empty: now."
    )
    aliases = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    source = models.CharField(
        max_length=40, blank=True, help_text="Key of the source of kind and country."
    )

    class Meta:
        ordering = ["name"]
        constraints = [one_of("organization", "kind", KINDS)]
        indexes = [GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="organization_name_has")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Path of the organization's page."""
        return reverse("organization", args=[self.slug])
