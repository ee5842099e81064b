{{- /* The names of the Secret's keys that a component reads. Beat only sends messages: it may not provision. */ -}}
{{- define "skarbnik.secretKeys" -}}
{{- $keys := list "SECRET_KEY" "MASTER_KEY" "PLATFORM_KEYS" "DATABASE_URL" "BROKER_URL" "EMAIL_URL" -}}
{{- if ne .component "beat" -}}
{{- $keys = append $keys "PROVISIONING_DATABASE_URL" -}}
{{- end -}}
{{- if .root.Values.secrets.sentry -}}
{{- $keys = append $keys "SENTRY_DSN" -}}
{{- end -}}
{{- if and .root.Values.secrets.metricsToken (eq .component "web") -}}
{{- $keys = append $keys "METRICS_TOKEN" -}}
{{- end -}}
{{- if .root.Values.secrets.clusters -}}
{{- $keys = append $keys "DATABASE_CLUSTERS" -}}
{{- end -}}
{{- toJson $keys -}}
{{- end -}}

{{- /* Plain settings, for the ConfigMap and for the migration job, which runs before the ConfigMap exists. */ -}}
{{- define "skarbnik.settings" -}}
DJANGO_SETTINGS_MODULE: portal.settings.production
SKARBNIK_DOMAIN: {{ .Values.domain | quote }}
CONSOLE_HOST: {{ include "skarbnik.consoleHost" . | quote }}
TRUSTED_PROXIES: {{ join "," .Values.settings.trustedProxies | quote }}
LOG_LEVEL: {{ .Values.settings.logLevel | quote }}
METRICS_FOLDER: /tmp/metrics # the processes of a pod count together
{{- with .Values.settings.metricsNetworks }}
METRICS_NETWORKS: {{ join "," . | quote }}
{{- end }}
{{- with .Values.settings.dnsServers }}
DNS_SERVERS: {{ join "," . | quote }}
{{- end }}
NIGHTLY_HOUR: {{ .Values.settings.nightlyHour | quote }}
{{- if .Values.backup.enabled }}
BACKUP_DIR: /backups
BACKUP_KEEP: {{ .Values.backup.keep | quote }}
{{- end }}
{{- with .Values.settings.defaultFromEmail }}
DEFAULT_FROM_EMAIL: {{ . | quote }}
{{- end }}
{{- range $name, $value := .Values.settings.extra }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end -}}

{{- define "skarbnik.environment" -}}
- name: PYTHONSAFEPATH # the folder platform/ must never hide the standard library's module
  value: "1"
- name: HOME
  value: /tmp
{{- range include "skarbnik.secretKeys" . | fromJsonArray }}
- name: {{ . }}_FILE
  value: /run/secrets/skarbnik/{{ . }}
{{- end }}
{{- if include "skarbnik.isPooled" . }}
- name: DIRECTORY_DATABASE_URL_FILE
  value: /run/secrets/skarbnik/DIRECTORY_DATABASE_URL
{{- end }}
{{- end -}}

{{- /* Whether a component speaks to the database through the pooler: "true" or nothing. */ -}}
{{- define "skarbnik.isPooled" -}}
{{- if and .root.Values.pooler.enabled (has .component (list "web" "worker")) -}}true{{- end -}}
{{- end -}}

{{- /* Whether a component has the folder of backups: the workers alone, because what web can read a thief of web can read. */ -}}
{{- define "skarbnik.backsUp" -}}
{{- if and .root.Values.backup.enabled (eq .component "worker") -}}true{{- end -}}
{{- end -}}

{{- define "skarbnik.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "skarbnik.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .user }}
runAsGroup: {{ .user }}
fsGroup: {{ .user }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- /* The volumes of a pod of the application: writable /tmp, and its part of the Secret, readable by it alone. */ -}}
{{- define "skarbnik.volumes" -}}
{{- $pooled := include "skarbnik.isPooled" . -}}
- name: tmp
  emptyDir:
    sizeLimit: 256Mi
- name: secrets
  secret:
    secretName: {{ .root.Values.existingSecret }}
    defaultMode: 0440
    items:
      {{- range include "skarbnik.secretKeys" . | fromJsonArray }}
      - key: {{ if and $pooled (eq . "DATABASE_URL") }}POOLED_DATABASE_URL{{ else }}{{ . }}{{ end }}
        path: {{ . }}
      {{- end }}
      {{- if $pooled }}
      - key: DATABASE_URL # past the pooler: notifications of the directory belong to a session
        path: DIRECTORY_DATABASE_URL
      {{- end }}
{{- if include "skarbnik.backsUp" . }}
- name: backups
  persistentVolumeClaim:
    claimName: {{ .root.Values.backup.existingClaim | default (printf "%s-backups" (include "skarbnik.fullname" .root)) }}
{{- end }}
{{- end -}}

{{- define "skarbnik.mounts" -}}
- name: tmp
  mountPath: /tmp
- name: secrets
  mountPath: /run/secrets/skarbnik
  readOnly: true
{{- end -}}

{{- define "skarbnik.placement" -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{- define "skarbnik.spread" -}}
{{- $component := .component -}}
{{- $root := .root -}}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    matchLabelKeys: [pod-template-hash]
    labelSelector:
      matchLabels:
        {{- include "skarbnik.selector" $root | nindent 8 }}
        app.kubernetes.io/component: {{ $component }}
  {{- end }}
{{- end -}}

{{- define "skarbnik.ownImage" -}}
{{- $image := .Values.image -}}
{{- include "skarbnik.image" (dict "repository" $image.repository "digest" $image.digest "tag" ($image.tag | default .Chart.AppVersion)) -}}
{{- end -}}

{{- /* Metadata of a pod: labels, and a checksum so that a changed setting restarts it. */ -}}
{{- define "skarbnik.podMetadata" -}}
labels:
  {{- include "skarbnik.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
annotations:
  checksum/settings: {{ include (ternary "skarbnik.poolerSettings" "skarbnik.settings" (eq .component "pooler")) .root | sha256sum }}
  {{- with (index .root.Values .component).podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
