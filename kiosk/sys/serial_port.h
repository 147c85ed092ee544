/* One serial line, made ready to be read: raw, 8N1, nobody else on it. Any thread. */
#ifndef TURNOUT_SYS_SERIAL_PORT_H
#define TURNOUT_SYS_SERIAL_PORT_H

#include <stdbool.h>

#define TN_BAUD_DEFAULT 9600 /* what scanners with a USB-serial chip leave the factory with */

/* Whether the line can be set to that speed, in bits a second: 1200 to 115200, the usual steps. */
bool tn_baud_is_known(long baud);

/* Sets an open terminal raw, 8N1 at baud (one that is known), deaf to modem lines, as few scanners
 * drive them, and closed to others. False where it is no terminal, with errno set. */
bool tn_serial_port_ready(int fd, int baud);

/* The speed for a device by its file name: a ttyACM has none that matters and gets the fastest, a
 * ttyUSB gets usb_baud. 0 where the name is neither with a number after it. */
int tn_serial_port_baud(const char *name, int usb_baud);

#endif
