# Runs a program inside a root file system, which stays as it is: everything is read-only there but what is mounted
# for writing. It is the first process of namespaces of its own; all mounts go and all processes end with it. With / for
# ROOT the program sees this machine as it is, and the mounts.
#
# enter.sh ROOT [ro|rw SOURCE NAME]... -- FOLDER NAME=VALUE... PROGRAM ARGUMENT...    (SOURCE becomes /mnt/NAME)
set -eu

# Users of some distributions do not have the folder of chroot in their path. Programs inside are given a path of their own.
PATH=$PATH:/usr/sbin:/sbin

# A mount made in a user namespace may not lose the flags of what it shows, so they are given again.
read_only() {
    flags=$(findmnt --noheadings --output VFS-OPTIONS --mountpoint "$1" | tail -n 1)
    mount -o "remount,bind,$flags,ro" "$1"
}

root=$1
shift
if [ "$root" != / ]; then
    mount --bind "$root" "$root"
    read_only "$root"
    mount --rbind /dev "$root/dev"
    mount --rbind /proc "$root/proc"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mount -t tmpfs tmpfs "$root/run"
fi
mount -t tmpfs tmpfs "$root/mnt"
while [ "$1" != -- ]; do
    mkdir -p "$root/mnt/$3"
    mount --bind "$2" "$root/mnt/$3"
    [ "$1" = rw ] || read_only "$root/mnt/$3"
    shift 3
done
shift
folder=$1
shift

# Not exec: a program that is the first of its namespace does not die of a signal that it sends itself.
status=0
chroot "$root" /usr/bin/env --ignore-environment --chdir="$folder" "$@" || status=$?
exit "$status"
