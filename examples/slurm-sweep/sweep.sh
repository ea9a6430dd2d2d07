#!/bin/bash
# 6 points of samples-needed on Slurm: 2 tasks, up to 3 points each.
# A task begins at its own part of the points and goes on with the others until none is left, so tasks may be lost,
# cancelled or submitted again at any time: what is finished is kept, what is unfinished goes on from its checkpoint.
#
#   sbatch FILE                     submits it, from the folder to which the paths below are relative
#   sbatch --array=3,7 FILE         submits some tasks only
#   node_modules/.bin/blockspin status results
#                                   how far it is

#SBATCH --job-name=blockspin-samples-needed
# These numbers belong to --shards and --first-task below: change all or none.
#SBATCH --array=0-1
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=2G
# The time limit is written twice, since Slurm does not tell a task when it ends: here, and as --run-time below, which
# leaves 6 minutes for stopping.
#SBATCH --time=1:00:00
# A second safeguard: this shell is told to stop 60 to 120 seconds before the limit.
#SBATCH --signal=B:TERM@60
# A task whose node fails or which is preempted is queued again, and its output is appended.
#SBATCH --requeue
#SBATCH --open-mode=append

# The worker ($!) runs beside this shell, which would not listen to signals otherwise, and is told to stop by SIGTERM:
# it writes its checkpoints and ends with 75. A signal ends "wait" early, so that is called again.
trap '[ -n "$!" ] || exit 75; told=yes; kill -TERM "$!"' TERM
node_modules/.bin/blockspin work plan.jsonl --out results \
  --shard auto --shards 2 --first-task 0 \
  --jobs 1 --run-time 0:54:00 &
while told=no; wait "$!"; code=$?; [ "$told" = yes ]; do :; done

# 75: stopped in time, and more is left. Slurm does not repeat a task by itself, so this one asks for it, unless it was
# cancelled (it is not RUNNING then). Slurm waits two minutes before it starts a task again.
task="${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
if [ "$code" -eq 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 100 ] &&
  [ "$(squeue --noheader --format=%T --jobs="$task")" = RUNNING ]; then
  scontrol requeue "$task"
fi
exit "$code"
