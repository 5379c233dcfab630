"""API versions that are gone, what took their place and since when.

https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""

REMOVED: dict[tuple[str, str], tuple[str, str]] = {
    (version, kind): (replacement, release)
    for replacement, release, version, kinds in (
        ("apps/v1", "1.16", "extensions/v1beta1", "DaemonSet Deployment ReplicaSet"),
        ("apps/v1", "1.16", "apps/v1beta1", "Deployment StatefulSet"),
        ("apps/v1", "1.16", "apps/v1beta2", "DaemonSet Deployment ReplicaSet StatefulSet"),
        ("networking.k8s.io/v1", "1.16", "extensions/v1beta1", "NetworkPolicy"),
        ("networking.k8s.io/v1", "1.22", "extensions/v1beta1", "Ingress"),
        ("networking.k8s.io/v1", "1.22", "networking.k8s.io/v1beta1", "Ingress IngressClass"),
        ("apiextensions.k8s.io/v1", "1.22", "apiextensions.k8s.io/v1beta1", "CustomResourceDefinition"),
        ("rbac.authorization.k8s.io/v1", "1.22", "rbac.authorization.k8s.io/v1beta1",
         "ClusterRole ClusterRoleBinding Role RoleBinding"),
        ("admissionregistration.k8s.io/v1", "1.22", "admissionregistration.k8s.io/v1beta1",
         "MutatingWebhookConfiguration ValidatingWebhookConfiguration"),
        ("scheduling.k8s.io/v1", "1.22", "scheduling.k8s.io/v1beta1", "PriorityClass"),
        ("batch/v1", "1.25", "batch/v1beta1", "CronJob"),
        ("batch/v1", "1.21", "batch/v2alpha1", "CronJob"),
        ("discovery.k8s.io/v1", "1.25", "discovery.k8s.io/v1beta1", "EndpointSlice"),
        ("policy/v1", "1.25", "policy/v1beta1", "PodDisruptionBudget"),
        ("autoscaling/v2", "1.26", "autoscaling/v2beta2", "HorizontalPodAutoscaler"),
        ("autoscaling/v2", "1.25", "autoscaling/v2beta1", "HorizontalPodAutoscaler"),
        ("flowcontrol.apiserver.k8s.io/v1", "1.32", "flowcontrol.apiserver.k8s.io/v1beta3",
         "FlowSchema PriorityLevelConfiguration"),
    )
    for kind in kinds.split()
}  # fmt: skip
"""(apiVersion, kind) to (what replaced it, the Kubernetes release that no longer serves it)."""

GONE: dict[tuple[str, str], tuple[str, str]] = {
    ("policy/v1beta1", "PodSecurityPolicy"): ("1.25", "Use Pod Security Admission: labels on the namespace."),
    ("extensions/v1beta1", "PodSecurityPolicy"): ("1.16", "Use Pod Security Admission: labels on the namespace."),
}
"""(apiVersion, kind) to (the release that no longer serves it, what to do instead)."""

KINDS: dict[str, frozenset[str]] = {
    group: frozenset(kinds.split())
    for group, kinds in (
        ("", ("Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume Pod "
             "PersistentVolumeClaim PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount")),
        ("apps", "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet"),
        ("batch", "CronJob Job"),
        ("policy", "Eviction PodDisruptionBudget"),
        ("autoscaling", "HorizontalPodAutoscaler Scale"),
    )
}  # fmt: skip
"""The kinds of the groups without a domain, which nobody can add to; other groups may grow."""
GROWING: dict[str, frozenset[str]] = {
    group: frozenset(kinds.split())
    for group, kinds in (
        ("networking.k8s.io", "IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR"),
        ("policy.networking.k8s.io", "AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy"),
        ("discovery.k8s.io", "EndpointSlice"),
        ("gateway.networking.k8s.io", ("BackendTLSPolicy GRPCRoute Gateway GatewayClass HTTPRoute ListenerSet "
                                       "ReferenceGrant TCPRoute TLSRoute UDPRoute")),
    )
}  # fmt: skip
"""The kinds that are known of groups that may have more by now."""
