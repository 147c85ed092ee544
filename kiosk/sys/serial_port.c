/* The few lines of termios that a scanner needs. libserialport was looked at and left out: its
 * hot-plug is a list to be polled, its waits take no descriptor of ours, and what is left of it is
 * what stands here. */
#include "kiosk/sys/serial_port.h"

#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

#define NUMBER_DIGITS_MAX 4

static const struct {
    int baud;
    speed_t speed;
} speeds[] = {
    {1200, B1200},   {2400, B2400},   {4800, B4800},   {9600, B9600},
    {19200, B19200}, {38400, B38400}, {57600, B57600}, {115200, B115200},
};

static const struct {
    const char *prefix;
    int baud; /* 0: the one that was asked for */
} kinds[] = {{"ttyACM", 115200}, {"ttyUSB", 0}};

static speed_t speed_of(long baud)
{
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        if (speeds[i].baud == baud) {
            return speeds[i].speed;
        }
    }
    return B0;
}

bool tn_baud_is_known(long baud)
{
    return speed_of(baud) != B0;
}

bool tn_serial_port_ready(int fd, int baud)
{
    struct termios tty;
    if (tcgetattr(fd, &tty) != 0) {
        return false;
    }
    cfmakeraw(&tty);
    tty.c_cflag |= CLOCAL | CREAD;
    tty.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
    /* With a minimum of one byte a read of nothing means that the device is gone. */
    tty.c_cc[VMIN] = 1;
    tty.c_cc[VTIME] = 0;
    speed_t speed = speed_of(baud);
    bool is_set = cfsetispeed(&tty, speed) == 0 && cfsetospeed(&tty, speed) == 0 &&
                  tcsetattr(fd, TCSANOW, &tty) == 0;
    return is_set && ioctl(fd, TIOCEXCL) == 0;
}

int tn_serial_port_baud(const char *name, int usb_baud)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t prefix = strlen(kinds[i].prefix);
        if (strncmp(name, kinds[i].prefix, prefix) != 0) {
            continue;
        }
        size_t digits = strspn(name + prefix, "0123456789");
        bool is_whole = name[prefix + digits] == '\0';
        if (is_whole && digits > 0 && digits <= NUMBER_DIGITS_MAX) {
            return kinds[i].baud != 0 ? kinds[i].baud : usb_baud;
        }
    }
    return 0;
}
