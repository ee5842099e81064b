{{- define "skarbnik.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 46 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 46 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "skarbnik.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "skarbnik.labels" -}}
{{ include "skarbnik.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "skarbnik.consoleHost" -}}
{{- .Values.consoleHost | default (printf "console.%s" .Values.domain) -}}
{{- end -}}

{{- define "skarbnik.wildcardTls" -}}
{{- .Values.ingress.wildcardTlsSecretName | default (printf "%s-wildcard-tls" (include "skarbnik.fullname" .)) -}}
{{- end -}}

{{- /* Does *.domain (and so its certificate) answer for this host? One label in front of the domain, no more. */ -}}
{{- define "skarbnik.underWildcard" -}}
{{- $label := trimSuffix (printf ".%s" .domain) .host -}}
{{- if and (ne $label .host) (not (contains "." $label)) -}}yes{{- end -}}
{{- end -}}

{{- define "skarbnik.image" -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository .tag -}}
{{- end -}}
{{- end -}}

{{- /* Everywhere but private addresses; of IPv6 the public part only. */ -}}
{{- define "skarbnik.publicInternet" -}}
- ipBlock:
    cidr: 0.0.0.0/0
    {{- with .https.except }}
    except:
      {{- toYaml . | nindent 6 }}
    {{- end }}
- ipBlock:
    cidr: 2000::/3
{{- end -}}
