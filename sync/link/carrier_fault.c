/* The table of what errno means on a stick. A stick that is pulled out while it is mounted answers
 * EIO, and then EROFS where its file system was told to give up; one that is unmounted leaves an
 * empty folder behind, in which nothing is found any more. */
#include "sync/link/carrier_fault.h"

#include <errno.h>
#include <stddef.h>

static const struct tn_carrier_fault faults[] = {
    {ENOSPC, TN_ERR_FULL, TN_SYNC_STICK_FULL},
    {EDQUOT, TN_ERR_FULL, TN_SYNC_STICK_FULL},
    {EFBIG, TN_ERR_FULL, TN_SYNC_STICK_FULL},
    {EROFS, TN_ERR_READ_ONLY, TN_SYNC_STICK_READ_ONLY},
    {EACCES, TN_ERR_READ_ONLY, TN_SYNC_STICK_READ_ONLY},
    {EPERM, TN_ERR_READ_ONLY, TN_SYNC_STICK_READ_ONLY},
    {EIO, TN_ERR_IO, TN_SYNC_STICK_PULLED},
    {ENODEV, TN_ERR_IO, TN_SYNC_STICK_PULLED},
    {ENXIO, TN_ERR_IO, TN_SYNC_STICK_PULLED},
    {ENOENT, TN_ERR_IO, TN_SYNC_STICK_PULLED},
    {ENOTDIR, TN_ERR_IO, TN_SYNC_STICK_PULLED},
    {ESTALE, TN_ERR_IO, TN_SYNC_STICK_PULLED},
    {ENOTCONN, TN_ERR_IO, TN_SYNC_STICK_PULLED},
    {ENOMEM, TN_ERR_NO_MEMORY, TN_SYNC_DISK},
};

static const struct tn_carrier_fault other = {0, TN_ERR_IO, TN_SYNC_DISK};

const struct tn_carrier_fault *tn_carrier_fault_of(int reason)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (faults[i].reason == reason) {
            return &faults[i];
        }
    }
    return &other;
}

const char *tn_carrier_fault_text(enum tn_sync_fault fault)
{
    switch (fault) {
    case TN_SYNC_STICK_FULL:
        return "the stick is full; make room on it or use another one, and start again (nothing is "
               "lost)";
    case TN_SYNC_STICK_READ_ONLY:
        return "the stick cannot be written to; move the little switch on its side if it has one, "
               "or use another stick";
    case TN_SYNC_STICK_PULLED:
        return "the stick was pulled out or does not answer; put it back in and start again "
               "(nothing is lost)";
    default:
        return "this failed; try again, or use another stick";
    }
}
