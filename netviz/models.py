"""What is kept: workspaces, with masked text only, and the questions asked in them."""

from django.db import models


class Workspace(models.Model):
    """A set of manifests under an unguessable slug. Who knows the slug reads, who knows the token writes.

    `bundle` is the engine's own form of the masked files (netviz/engine.py); `snapshot` is its hash. `original` is the
    slug of what it was copied from, told only to those who may change the copy.
    """

    slug = models.CharField(max_length=64, unique=True)
    edit_token_hash = models.CharField(max_length=64, blank=True)
    address_hash = models.CharField(max_length=64, blank=True, db_index=True)
    original = models.CharField(max_length=64, blank=True, default="")
    snapshot = models.CharField(max_length=64)
    bundle = models.BinaryField()
    files = models.JSONField(default=list)
    size = models.PositiveBigIntegerField()
    created = models.DateTimeField(auto_now_add=True)
    visited = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.slug


class Question(models.Model):
    """A question that was answered under `key`, so that a restarted server can answer it again."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="questions")
    key = models.CharField(max_length=64)
    source = models.TextField()
    target = models.TextField()
    protocol = models.CharField(max_length=16)
    seed = models.BigIntegerField()
    picks = models.JSONField(default=list)
    after = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="one_question_per_key")]

    def __str__(self) -> str:
        return f"{self.source} to {self.target}"
