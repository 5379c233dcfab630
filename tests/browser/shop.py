"""The manifests that the browser's tests upload, and the steps that they share."""

from playwright.sync_api import Page, expect

PLANTED = "cGxhbnRlZC1zZWNyZXQ="
HOSTILE = "<img src=x onerror=alert(1)>"
MANIFESTS = f"""\
apiVersion: v1
kind: Pod
metadata:
  name: client
  annotations:
    note: "{HOSTILE}"
spec:
  containers: [{{name: main, image: busybox}}]
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {{app: web}}
spec:
  containers: [{{name: main, image: nginx, ports: [{{containerPort: 8080}}]}}]
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {{app: web}}
  ports: [{{port: 80, targetPort: 8080}}]
---
apiVersion: v1
kind: Service
metadata:
  name: empty
spec:
  selector: {{app: wbe}}
  ports: [{{port: 80, targetPort: 8080}}]
---
apiVersion: v1
kind: Secret
metadata:
  name: keys
data:
  key: {PLANTED}
"""

THREE_WEBS = """\
apiVersion: v1
kind: Pod
metadata: {name: client}
spec:
  containers: [{name: main, image: busybox}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: main, image: nginx, ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  clusterIP: 10.96.10.10
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: sticky}
spec:
  clusterIP: 10.96.10.20
  selector: {app: web}
  sessionAffinity: ClientIP
  ports: [{port: 80, targetPort: 8080}]
"""
"""One Service draws among three pods, the other one remembers who came where."""
WEB, STICKY = "10.96.10.10:80", "10.96.10.20:80"
"""By address: nobody has to ask for a name first."""


def paste(page: Page, manifests: str = MANIFESTS) -> None:
    """The workspace that the home page makes of a pasted text; how it is pasted there is told in test_home.py."""
    made = page.request.post("/api/v1/workspaces", multipart={"text": manifests})
    page.goto(made.json()["url"])


def send(page: Page, source: str = "default/client", target: str = "web:80") -> None:
    """Ask, and wait until every step has come."""
    page.get_by_role("combobox", name="From").fill(source)
    page.get_by_role("combobox", name="To", exact=True).fill(target)
    page.get_by_role("button", name="Send packet").click()
    expect(current(page)).to_be_visible()
    expect(page.locator("#result:not([hidden])")).to_be_attached()


def current(page: Page):
    return page.get_by_role("list", name="Steps").locator("[aria-current=step]")


def step_count(page: Page) -> int:
    return page.get_by_role("list", name="Steps").get_by_role("listitem").count()


def at(page: Page) -> int:
    return int(page.get_by_role("slider", name="Step").input_value())
