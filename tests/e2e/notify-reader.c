/* Reads what a service tells its manager (sd_notify), one line a message, until it is ended:
 * notify-reader SOCKET. The kiosk's watchdog test starts it in the place of systemd. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char message[4096];
    if (argc != 2 || strlen(argv[1]) >= sizeof address.sun_path) {
        fprintf(stderr, "notify-reader: give the path of one socket\n");
        return 2;
    }
    memcpy(address.sun_path, argv[1], strlen(argv[1]) + 1);
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("notify-reader");
        return 3;
    }
    for (;;) {
        ssize_t len = recv(fd, message, sizeof message - 1, 0);
        if (len < 0) {
            perror("notify-reader");
            return 3;
        }
        message[len] = '\0';
        printf("%s\n", message);
        fflush(stdout);
    }
}
