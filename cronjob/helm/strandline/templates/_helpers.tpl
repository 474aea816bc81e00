{{- define "strandline.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "strandline.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "strandline.labels" -}}
{{ include "strandline.selector" . }}
app.kubernetes.io/part-of: {{ .Chart.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "strandline.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (ternary (include "strandline.fullname" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{- define "strandline.claim" -}}
{{ .Values.persistence.existingClaim | default (printf "%s-data" (include "strandline.fullname" .)) }}
{{- end }}

{{- define "strandline.configMap" -}}
{{ .Values.existingConfigMap | default (printf "%s-config" (include "strandline.fullname" .)) }}
{{- end }}

{{- define "strandline.secret" -}}
{{ .Values.credentials.existingSecret | default (printf "%s-credentials" (include "strandline.fullname" .)) }}
{{- end }}

{{/* One pod for each NAS and each cluster. */}}
{{- define "strandline.completions" -}}
{{- $given := .Values.config | default dict -}}
{{- $named := add (len ($given.nas | default list)) (len ($given.clusters | default list)) -}}
{{- $completions := .Values.fleet.completions | default (ternary 0 (int $named) (not (not .Values.existingConfigMap))) -}}
{{- if not $completions }}{{ fail "fleet.completions: with existingConfigMap, say how many NASes and clusters it names" }}{{ end -}}
{{- if and .Values.persistence.enabled (not (has "ReadWriteMany" .Values.persistence.accessModes)) }}{{ fail "fleet.enabled: its pods share one place: config.history.s3, or a claim that is ReadWriteMany" }}{{ end -}}
{{- if not (or .Values.persistence.enabled (dig "history" "s3" nil $given) .Values.existingConfigMap) }}{{ fail "fleet.enabled: its pods share one place: config.history.s3, or a claim that is ReadWriteMany" }}{{ end -}}
{{ $completions }}
{{- end }}

{{- define "strandline.lease" -}}
{{ dig "lock" "name" "strandline" (.Values.config | default dict) }}
{{- end }}

{{- define "strandline.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{/* The config file: what the user gave, with the folders of the data volume where nothing else was said. */}}
{{- define "strandline.config" -}}
{{- $given := .Values.config | default dict -}}
{{- $places := dict "output" (dict "dir" "/data/reports") -}}
{{- if not (dig "history" "s3" nil $given) }}{{ $_ := set $places "history" (dict "dir" "/data/history") }}{{ end -}}
{{- toYaml (mustMergeOverwrite $places (deepCopy $given)) -}}
{{- end }}

{{/* One pod for scan, report, serve and the helm test. Arguments: root, component, args, resources, token, restartPolicy */}}
{{- define "strandline.podTemplate" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
metadata:
  labels:
    {{- include "strandline.selector" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
    {{- with $values.pod.labels }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- with $values.pod.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- include "strandline.podSpec" . | nindent 2 }}
{{- end }}

{{- define "strandline.podSpec" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
serviceAccountName: {{ .account | default (include "strandline.serviceAccount" $root) }}
automountServiceAccountToken: {{ .token }}
restartPolicy: {{ .restartPolicy | default "Never" }}
terminationGracePeriodSeconds: 30
enableServiceLinks: false
{{- with $values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.pod.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.pod.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.pod.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if $values.pod.affinity }}
affinity:
  {{- toYaml $values.pod.affinity | nindent 2 }}
{{- else if $values.persistence.shareNode }}
affinity:
  podAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "strandline.selector" $root | nindent 12 }}
{{- end }}
{{- if .port }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "strandline.selector" $root | nindent 8 }}
        app.kubernetes.io/component: {{ .component }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ $values.pod.runAsUser }}
  runAsGroup: {{ $values.pod.runAsUser }}
  fsGroup: {{ $values.pod.runAsUser }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
containers:
  - name: strandline
    image: {{ include "strandline.image" $root }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    args: {{ toJson .args }}
    env:
      - name: STRANDLINE_POD_UID
        valueFrom: { fieldRef: { fieldPath: metadata.uid } }
      {{- if .isJob }}
      - name: STRANDLINE_JOB_NAME
        valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/job-name']" } }
      {{- end }}
      {{- with .port }}
      - { name: STRANDLINE_SERVE__PORT, value: {{ . | quote }} }
      {{- end }}
      {{- with .extraEnv }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
      {{- with $values.pod.extraEnv }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- with .port }}
    ports:
      - { name: http, containerPort: {{ . }} }
    startupProbe: { httpGet: { path: /healthz, port: http }, failureThreshold: 30, periodSeconds: 2 }
    readinessProbe: { httpGet: { path: /readyz, port: http }, periodSeconds: 2 }
    livenessProbe: { httpGet: { path: /healthz, port: http }, timeoutSeconds: 5 }
    {{- end }}
    resources:
      {{- toYaml .resources | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    volumeMounts:
      - { name: config, mountPath: /etc/strandline, readOnly: true }
      - { name: credentials, mountPath: /var/run/secrets/strandline, readOnly: true }
      - { name: data, mountPath: /data }
      - { name: tmp, mountPath: /tmp }
      {{- if .rotationSecret }}
      - { name: rotation, mountPath: /var/run/secrets/strandline-rotation, readOnly: true }
      {{- end }}
      {{- with $values.pod.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
volumes:
  - name: config
    configMap:
      name: {{ include "strandline.configMap" $root }}
  - name: credentials
    secret:
      secretName: {{ include "strandline.secret" $root }}
      defaultMode: 288 # 0440, in the notation that YAML 1.1 and 1.2 agree on
  - name: data
    {{- if $values.persistence.enabled }}
    persistentVolumeClaim:
      claimName: {{ include "strandline.claim" $root }}
    {{- else }}
    emptyDir: {}
    {{- end }}
  - name: tmp
    emptyDir:
      sizeLimit: 1Gi
  {{- with .rotationSecret }}
  - name: rotation
    secret:
      secretName: {{ . }}
      defaultMode: 288
  {{- end }}
  {{- with $values.pod.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* Arguments: root, component, settings (scan, report, fleet or rotation), token; of rotation: account, rotationSecret, extraEnv; of fleet: completions */}}
{{- define "strandline.cronJobSpec" -}}
{{- $jobs := .root.Values.jobs -}}
schedule: {{ .settings.schedule | quote }}
timeZone: {{ .settings.timeZone }}
suspend: {{ .settings.suspend }}
concurrencyPolicy: Forbid
startingDeadlineSeconds: {{ .settings.startingDeadlineSeconds }}
successfulJobsHistoryLimit: {{ $jobs.successfulJobsHistoryLimit }}
failedJobsHistoryLimit: {{ $jobs.failedJobsHistoryLimit }}
jobTemplate:
  metadata:
    labels:
      {{- include "strandline.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
  spec:
    {{- if .completions }}
    completionMode: Indexed
    completions: {{ .completions }}
    parallelism: {{ .settings.parallelism }}
    backoffLimitPerIndex: {{ $jobs.backoffLimit }}
    {{- else }}
    backoffLimit: {{ $jobs.backoffLimit }}
    {{- end }}
    activeDeadlineSeconds: {{ .settings.activeDeadlineSeconds }}
    ttlSecondsAfterFinished: {{ $jobs.ttlSecondsAfterFinished }}
    podFailurePolicy:
      rules:
        - action: Ignore
          onPodConditions:
            - { type: DisruptionTarget, status: "True" }
        - action: {{ ternary "FailIndex" "FailJob" (not (not .completions)) }}
          onExitCodes: { containerName: strandline, operator: In, values: [2, 5, 6, 10] }
        - action: Count
          onExitCodes: { containerName: strandline, operator: NotIn, values: [2, 5, 6, 10] }
    template:
      {{- include "strandline.podTemplate" (dict "root" .root "component" .component "args" .settings.args "resources" .settings.resources "token" .token "isJob" true "account" .account "rotationSecret" .rotationSecret "extraEnv" .extraEnv) | nindent 6 }}
{{- end }}
