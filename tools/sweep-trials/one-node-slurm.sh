#!/bin/bash
# A Slurm of one node, this one, in a folder of its own: to try ../slurm-sweep.sh without a cluster.
# Needs root and Debian's packages slurm-wlm and munge.
#
#   tools/sweep-trials/one-node-slurm.sh start FOLDER    then: export SLURM_CONF=FOLDER/slurm.conf
#   tools/sweep-trials/one-node-slurm.sh stop FOLDER
set -euo pipefail

action=${1:?Say start or stop.}
folder=${2:?Name a folder.}

# Kills, because a service that was started where signals are blocked does not hear a mere request.
stop() {
  local service
  for service in slurmd slurmctld munged; do
    if [[ -s "$folder/$service.pid" ]]; then kill -9 "$(cat "$folder/$service.pid")" || true; fi
  done
}

configuration() {
  cat <<END
ClusterName=one-node
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=${SLURMCTLD_PORT:-26817}
SlurmdPort=${SLURMD_PORT:-26818}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0,defer
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ReturnToService=2
MpiDefault=none
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
}

start() {
  mkdir -p "$folder/state" "$folder/spool"
  chmod 755 "$folder"
  (umask 077 && head --bytes 1024 /dev/urandom > "$folder/munge.key")
  munged --force --key-file "$folder/munge.key" --socket "$folder/munge.socket" \
    --pid-file "$folder/munged.pid" --log-file "$folder/munged.log" --seed-file "$folder/munged.seed" \
    > /dev/null 2>&1
  configuration > "$folder/slurm.conf"
  export SLURM_CONF="$folder/slurm.conf"
  # A service that keeps the script's output open would keep whoever reads it waiting.
  slurmctld > /dev/null 2>&1
  slurmd > /dev/null 2>&1
  for _ in {1..100}; do
    if [[ "$(sinfo --noheader --format %t 2>/dev/null)" == idle ]]; then return; fi
    sleep 0.2
  done
  echo "The node did not come up. See $folder/slurmctld.log and $folder/slurmd.log." >&2
  stop
  exit 1
}

folder=$(mkdir -p "$folder" && cd "$folder" && pwd)
case "$action" in
  start) start ;;
  stop) stop ;;
  *) echo "'$action' is neither start nor stop." >&2; exit 2 ;;
esac
