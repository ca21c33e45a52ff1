"""Who wants to be told when a project becomes more or less open."""

from django.db import models
from django.db.models import UniqueConstraint
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from openness.models.project import Project
from openness.models.submission import new_token


class Watch(models.Model):
    """A wish by e-mail. It counts once it was confirmed by the link that only the address gets."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="watches")
    email = models.EmailField(help_text="Never shown; forgotten when the watch ends.")
    language = models.CharField(max_length=10, blank=True, help_text="Of the letters.")
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    asked_at = models.DateTimeField(default=timezone.now)
    written_at = models.DateTimeField(
        null=True, blank=True, help_text="When the letter with the link left; empty: it will."
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    told = models.PositiveBigIntegerField(
        default=0, help_text="The revision up to which it was told of changes."
    )

    class Meta:
        ordering = ["asked_at"]
        verbose_name_plural = "watches"
        constraints = [UniqueConstraint("project", Lower("email"), name="watch_once")]

    def __str__(self) -> str:
        return f"{self.project_id}: {'confirmed' if self.confirmed_at else 'asked for'}"

    def get_absolute_url(self) -> str:
        """Path of the private page that confirms and ends it."""
        return reverse("watch", args=[self.token])
