"""What is kept of a class: its snapshot and its state, who is in it, what was asked and how they voted."""

from django.db import models


class Classroom(models.Model):
    """A class under its join code. `bundle` is the workspace as it was; `state` the latest class.state as JSON.

    `token_hash` is the presenter's right, `audience_hash` that of the audience view, which only looks. `claim` names
    the window that presents now.
    """

    code = models.CharField(max_length=16, unique=True)
    token_hash = models.CharField(max_length=64)
    audience_hash = models.CharField(max_length=64)
    address_hash = models.CharField(max_length=64, blank=True, db_index=True)
    title = models.CharField(max_length=200, blank=True)
    snapshot = models.CharField(max_length=64)
    bundle = models.BinaryField()
    size = models.PositiveBigIntegerField()
    notes = models.TextField(blank=True)
    lesson = models.JSONField(default=dict)
    state = models.TextField()
    revision = models.BigIntegerField(default=0)
    claim = models.CharField(max_length=64, blank=True)
    locked = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    visited = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.code


class Member(models.Model):
    """Somebody who follows: a number, a name if they gave one. `key_hash` knows them again in this class only.

    `named`: by the presenter, and so it stays.
    """

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="members")
    key_hash = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=40, blank=True)
    named = models.BooleanField(default=False)
    removed = models.BooleanField(default=False)
    joined = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["classroom", "key_hash"], name="one_member_per_key"),
            models.UniqueConstraint(fields=["classroom", "number"], name="one_member_per_number"),
        ]

    def __str__(self) -> str:
        return self.name or f"guest {self.number}"


class Poll(models.Model):
    """A question for everybody. `answer` is the engine's, an index into `choices` [{text, note}]."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="polls")
    number = models.PositiveIntegerField()
    question = models.CharField(max_length=300)
    choices = models.JSONField()
    answer = models.PositiveSmallIntegerField(null=True)
    explanation = models.TextField(blank=True)
    status = models.CharField(max_length=10, default="open")
    step = models.PositiveIntegerField(default=0)
    opened = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["classroom", "number"], name="one_poll_per_number")]

    def __str__(self) -> str:
        return self.question


class Vote(models.Model):
    """The latest word of one member on one poll."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="votes")
    choice = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "member"], name="one_vote_per_member")]

    def __str__(self) -> str:
        return f"{self.member}: {self.choice}"


class WrongTry(models.Model):
    """A code of no class, that somebody at this address tried. Kept for a minute."""

    address_hash = models.CharField(max_length=64, db_index=True)
    made = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.made:%H:%M:%S}"


class Progress(models.Model):
    """How far a member is in one part of a lab; `failed` are the ids of the checks that don't hold."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="progress")
    lab = models.CharField(max_length=100)
    part = models.CharField(max_length=100)
    done = models.BooleanField(default=False)
    credit = models.FloatField(default=0)
    failed = models.JSONField(default=list)
    reported = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "lab", "part"], name="one_progress_per_part")]

    def __str__(self) -> str:
        return f"{self.lab} {self.part}: {self.credit:g}"
