"""Classes as a Django application."""

from django.apps import AppConfig


class ClassroomConfig(AppConfig):
    name = "netviz.classroom"
    label = "classroom"
