{{- define "cookshelf.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "cookshelf.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "cookshelf.labels" -}}
{{ include "cookshelf.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "cookshelf.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{/* What is common to the servers and to whoever makes the first key. */}}
{{- define "cookshelf.environment" -}}
- name: COOKSHELF_SERVER_LISTEN
  value: 0.0.0.0:8788
- name: COOKSHELF_SERVER_DATABASE
  valueFrom:
    secretKeyRef:
      name: {{ .Values.existingSecret }}
      key: database
- name: COOKSHELF_SECRET
  valueFrom:
    secretKeyRef:
      name: {{ .Values.existingSecret }}
      key: secret
- name: COOKSHELF_SERVER_ARTIFACTS
  value: {{ .Values.artifacts | quote }}
{{- range $key, $value := .Values.settings }}
- name: COOKSHELF_SERVER_{{ upper $key }}
  {{- if kindIs "slice" $value }}
  value: {{ join "," $value | quote }}
  {{- else if kindIs "float64" $value }}
  value: {{ int64 $value | quote }}
  {{- else }}
  value: {{ $value | toString | quote }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "cookshelf.confined" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}
