"""What is kept: workspaces with their versions and drafts, masked text only, and the questions asked in them."""

from django.db import models


class Workspace(models.Model):
    """A set of manifests under an unguessable slug. Who knows the slug reads, who knows the token writes.

    `bundle` is the engine's own form of the masked files (netviz/engine.py); `snapshot` is its hash. `original` is the
    slug of what it was copied from, told only to those who may change the copy. `version` is the number of the version
    that is in force; 0 as long as nothing has been changed.
    """

    slug = models.CharField(max_length=64, unique=True)
    edit_token_hash = models.CharField(max_length=64, blank=True)
    address_hash = models.CharField(max_length=64, blank=True, db_index=True)
    original = models.CharField(max_length=64, blank=True, default="")
    snapshot = models.CharField(max_length=64)
    bundle = models.BinaryField()
    files = models.JSONField(default=list)
    size = models.PositiveBigIntegerField()
    version = models.PositiveIntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)
    visited = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.slug


class Version(models.Model):
    """What a workspace was, or is. `parent` is the number of the version that this one was made from, so undoing goes
    there; `made_by` is what made it: upload, save, settings or restore.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    parent = models.PositiveIntegerField(default=0)
    made_by = models.CharField(max_length=16)
    snapshot = models.CharField(max_length=64)
    bundle = models.BinaryField()
    files = models.JSONField(default=list)
    size = models.PositiveBigIntegerField()
    made = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.workspace.slug} version {self.number}"

    @property
    def slug(self) -> str:
        return self.workspace.slug


class Draft(models.Model):
    """Files that somebody is editing and has not saved. Who knows the key may ask about them, for a while.

    `owner` is what they are a draft of: the slug of a workspace, or a lab.
    """

    owner = models.CharField(max_length=64, db_index=True)
    key = models.CharField(max_length=64, unique=True)
    snapshot = models.CharField(max_length=64)
    bundle = models.BinaryField()
    size = models.PositiveBigIntegerField()
    made = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"a draft of {self.owner}"

    @property
    def slug(self) -> str:
        return self.owner


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
    faults = models.JSONField(default=list)
    size = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="one_question_per_key")]

    def __str__(self) -> str:
        return f"{self.source} to {self.target}"


class Learner(models.Model):
    """How far somebody is in the labs, under a private link of which only the hash is kept. Nothing else is known."""

    token_hash = models.CharField(max_length=64, unique=True)
    labs = models.JSONField(default=dict)
    changed = models.DateTimeField(auto_now=True, db_index=True)

    def __str__(self) -> str:
        return f"learner {self.pk}"


class OwnLab(models.Model):
    """A lab that somebody has brought along: for whoever has its unguessable key, listed under their private link."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="own_labs")
    key = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200)
    files = models.JSONField()
    tasks = models.JSONField(default=list)
    made = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title
