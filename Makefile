# Turnout. `make run` shows it, `make test` proves it; `make help` lists the rest.
#
#   CC=clang          another compiler (its objects live apart)
#   SANITIZE=1        a debug build with ASan and UBSan, in build/asan
#   SANITIZE=thread   a debug build with TSan, in build/tsan
#                     (with clang it serves the fuzz targets as well, see `make fuzz`)
#   WERROR=1          warnings are errors (CI)

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

# Parts are built side by side, unless a -j of the caller's already says how many.
JOBS = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

VERSION := 0.1.0
PREFIX ?= /usr/local
ifeq ($(origin CC),default)
CC := gcc
endif
# One file is C++ (kiosk/sys/zxing.cc); its compiler is the other's sibling.
CXX := $(if $(findstring clang,$(CC)),$(subst clang,clang++,$(CC)),g++)

B := build
# Not build/clang: with build/ on the PATH that folder would hide the compiler.
ifneq ($(findstring clang,$(CC)),)
B := build/with-clang
COMPILER_DEPS := build/.deps-clang
endif
OPT := -O2 -g
ifeq ($(SANITIZE),1)
B := $(B)/asan
# What libFuzzer counts by is built in with clang: the same objects serve tests and fuzz targets.
COUNTED := $(if $(findstring clang,$(CC)),-fsanitize=fuzzer-no-link)
OPT := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined $(COUNTED)
else ifeq ($(SANITIZE),thread)
B := $(B)/tsan
OPT := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
endif

WARN := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes -Wvla
ifeq ($(WERROR),1)
WARN += -Werror
endif
HARDEN := -fstack-protector-strong -fPIE
ifeq ($(SANITIZE),)
HARDEN += -D_FORTIFY_SOURCE=2
endif

pkg = $(shell pkg-config $(1) $(2) 2>/dev/null)
KIOSK_PKGS := sdl2 x11 libsystemd SDL2_ttf SDL2_image fontconfig pangocairo cairo cairo-pdf libqrencode espeak-ng icu-uc icu-i18n \
    zxing zbar libseccomp libv4l2
CORE_PKGS := sqlite3 libsodium libcbor icu-uc icu-i18n
SYNC_PKGS := pangocairo cairo cairo-pdf cairo-svg libpng fontconfig libqrencode jansson libpq libzip libical libzstd \
    libmicrohttpd libcurl gnutls libsystemd
CFLAGS ?=
# Asked once a make and not once a file.
CORE_CFLAGS := $(call pkg,--cflags,$(CORE_PKGS))
KIOSK_CFLAGS := $(call pkg,--cflags,$(KIOSK_PKGS))
SYNC_CFLAGS := $(call pkg,--cflags,$(SYNC_PKGS))
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DTN_VERSION='"$(VERSION)"' -I. -Iinclude \
    -include include/turnout/banned.h $(OPT) $(WARN) $(HARDEN) -MMD -MP -pthread \
    $(CORE_CFLAGS) $(CFLAGS)
# Over a hundred programs are linked; gold, where there is one, takes half as long. Not
# of a sanitizer of clang's, for which it warns at every link.
GOLD := $(if $(and $(findstring clang,$(CC)),$(SANITIZE)),,$(if $(shell command -v ld.gold),-fuse-ld=gold))
LDFLAGS_ALL = $(OPT) $(GOLD) -pie -Wl,-z,relro,-z,now -Wl,--as-needed -pthread $(LDFLAGS)
CORE_LIBS := $(call pkg,--libs,$(CORE_PKGS))
KIOSK_LIBS := $(call pkg,--libs,$(KIOSK_PKGS)) -lcups -lcsv -lstdc++ $(CORE_LIBS) -lm
SYNC_LIBS := $(call pkg,--libs,$(SYNC_PKGS)) -lcsv $(CORE_LIBS) -lm

# The rooms. A new .c file in a room is built without a word here.
objs = $(patsubst %.c,$(B)/obj/%.o,$(wildcard $(addsuffix /*.c,$(1))))
CORE_O := $(call objs,kiosk/core)
UI_O := $(call objs,kiosk/ui)
APP_O := $(call objs,kiosk/app)
SYS_O := $(call objs,kiosk/sys) $(B)/obj/kiosk/sys/zxing.o
SYNC_ROOMS := sync/cmd sync/central sync/wire sync/link sync/paper sync/exchange
SYNC_O := $(call objs,$(SYNC_ROOMS))
KIOSK_ASSETS := $(sort $(wildcard assets/icons/*.svg assets/sounds/*.wav))
SYNC_ASSETS := $(sort $(wildcard assets/sql/*.sql assets/demo/*.csv assets/icons/*.svg assets/web/*))

MO := $(patsubst assets/locale/%.po,$(B)/locale/%/LC_MESSAGES/turnout.mo,$(wildcard assets/locale/*.po))

KIOSK := $(B)/turnout-kiosk
SYNC := $(B)/turnout-sync
LIBCORE := $(B)/lib/libcore.a
LIBKIOSK := $(B)/lib/libkiosk.a
LIBSYNC := $(B)/lib/libsync.a

.PHONY: all deps deps-test build-deps run test test-postgres test-asan tidy shots bench bench-long install clean help
all: build-deps
	@$(MAKE) --no-print-directory $(JOBS) programs

# The build's packages are looked for once; `make deps` looks again.
build-deps: build/.deps-build $(COMPILER_DEPS)
build/.deps-build: .tools/packages
	@.tools/deps build run
	@mkdir -p build && touch $@
build/.deps-clang: .tools/packages
	@.tools/deps build run clang
	@mkdir -p build && touch build/.deps-build $@
deps:
	@.tools/deps build run
	@mkdir -p build && touch build/.deps-build
deps-test: build/.deps-test
build/.deps-test: .tools/packages
	@.tools/deps build run test
	@mkdir -p build && touch build/.deps-build $@

.PHONY: programs
programs: $(KIOSK) $(SYNC) $(MO)
	@:

# Catalogues, beside the programs as gettext wants them.
$(B)/locale/%/LC_MESSAGES/turnout.mo: assets/locale/%.po
	@mkdir -p $(@D)
	msgfmt --check -o $@ $<

$(KIOSK): $(B)/obj/kiosk/main.o $(LIBKIOSK) $(LIBCORE)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(KIOSK_LIBS)
$(SYNC): $(B)/obj/sync/main.o $(LIBSYNC) $(LIBCORE)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(SYNC_LIBS)

$(LIBCORE): $(CORE_O)
$(LIBKIOSK): $(UI_O) $(APP_O) $(SYS_O) $(B)/obj/gen/kiosk-assets.o $(B)/obj/gen/kiosk-assets-data.o
$(LIBSYNC): $(SYNC_O) $(B)/obj/gen/sync-assets.o $(B)/obj/gen/sync-assets-data.o
%.a:
	@mkdir -p $(@D)
	@rm -f $@
	ar rcs $@ $^

$(call objs,kiosk/sys) $(B)/obj/kiosk/main.o: ROOM_CFLAGS = $(KIOSK_CFLAGS)
$(SYNC_O) $(B)/obj/sync/main.o: ROOM_CFLAGS = $(SYNC_CFLAGS)
$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ROOM_CFLAGS) -c -o $@ $<

$(B)/obj/%.o: %.cc
	@mkdir -p $(@D)
	$(CXX) -std=c++17 -I. $(OPT) $(filter-out -Wstrict-prototypes,$(WARN)) $(HARDEN) -MMD -MP \
	    $(call pkg,--cflags,zxing) -DZX_USE_UTF8 $(CXXFLAGS) -c -o $@ $<

# Embedded assets: names and bytes (.tools/embed).
$(B)/gen/kiosk-assets-data.S $(B)/gen/kiosk-assets.c &: $(KIOSK_ASSETS) .tools/embed Makefile
	@mkdir -p $(B)/gen
	@.tools/embed $(B)/gen/kiosk-assets-data.S $(B)/gen/kiosk-assets.c $(KIOSK_ASSETS)
$(B)/gen/sync-assets-data.S $(B)/gen/sync-assets.c &: $(SYNC_ASSETS) .tools/embed Makefile
	@mkdir -p $(B)/gen
	@.tools/embed $(B)/gen/sync-assets-data.S $(B)/gen/sync-assets.c $(SYNC_ASSETS)
$(B)/obj/gen/%.o: $(B)/gen/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<
$(B)/obj/gen/%.o: $(B)/gen/%.S
	@mkdir -p $(@D)
	$(CC) -c -o $@ $<

# Unit tests: tests/unit/ROOM_NAME.c, one program each, linked with what the room may see.
UNIT_SRC := $(wildcard tests/unit/*.c)
UNIT := $(patsubst tests/unit/%.c,$(B)/unit/%,$(UNIT_SRC))
$(B)/unit/core_% : $(B)/obj/tests/unit/core_%.o $(LIBCORE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ -lcmocka $(CORE_LIBS)
# What the pictures, the tests and the benchmarks look at (tests/shots/scenes.h).
SCENES_O := $(patsubst %,$(B)/obj/tests/shots/%.o,scenes learners register desk staff)
# Badges as cameras see them, for what reads them (tests/scan/synth.h).
SCAN_O := $(patsubst tests/scan/%.c,$(B)/obj/tests/scan/%.o,$(wildcard tests/scan/*.c))
$(B)/unit/kiosk_% : $(B)/obj/tests/unit/kiosk_%.o $(SCENES_O) $(SCAN_O) $(LIBKIOSK) $(LIBCORE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ -lcmocka $(KIOSK_LIBS)
$(B)/unit/sync_% : $(B)/obj/tests/unit/sync_%.o $(LIBSYNC) $(LIBCORE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ -lcmocka $(SYNC_LIBS)
$(patsubst tests/unit/%.c,$(B)/obj/tests/unit/%.o,$(wildcard tests/unit/kiosk_*.c)): \
    ROOM_CFLAGS = $(KIOSK_CFLAGS)
$(patsubst tests/unit/%.c,$(B)/obj/tests/unit/%.o,$(wildcard tests/unit/sync_*.c)): \
    ROOM_CFLAGS = $(SYNC_CFLAGS)
.PHONY: unit
unit: $(UNIT)

# The simulation: real stations and a real centre, driven by a seed.
SIM := $(B)/sim/turnout-sim
$(SIM): $(patsubst tests/sim/%.c,$(B)/obj/tests/sim/%.o,$(wildcard tests/sim/*.c)) $(LIBSYNC) $(LIBCORE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(SYNC_LIBS)
unit: $(SIM)

# The monkey: random hands at a real kiosk without a window.
MONKEY := $(B)/monkey/turnout-monkey
$(MONKEY): $(B)/obj/tests/monkey/monkey.o $(LIBKIOSK) $(LIBCORE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(KIOSK_LIBS)
unit: $(MONKEY)

# One program of benchmarks, linked with everything it measures.
BENCH := $(B)/bench/turnout-bench
$(BENCH): $(patsubst tests/bench/%.c,$(B)/obj/tests/bench/%.o,$(wildcard tests/bench/*.c)) \
    $(SCENES_O) $(SCAN_O) $(LIBKIOSK) $(LIBCORE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(KIOSK_LIBS) -ljansson
$(patsubst tests/bench/%.c,$(B)/obj/tests/bench/%.o,$(wildcard tests/bench/*.c)): \
    ROOM_CFLAGS = $(KIOSK_CFLAGS)
# What measures the centre is linked with sync, and hands its rows to the other.
BENCH_CENTRE := $(B)/bench/turnout-bench-centre
$(BENCH_CENTRE): $(patsubst tests/bench/%.c,$(B)/obj/tests/bench/%.o,$(wildcard tests/bench/centre/*.c)) \
    $(B)/obj/tests/bench/rows.o $(LIBSYNC) $(LIBCORE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(SYNC_LIBS)
$(patsubst tests/bench/%.c,$(B)/obj/tests/bench/%.o,$(wildcard tests/bench/centre/*.c)): \
    ROOM_CFLAGS = $(SYNC_CFLAGS)
.PHONY: bench-programs
bench-programs: programs $(BENCH) $(BENCH_CENTRE)

# Fuzz targets: tests/fuzz/TARGET.c with libFuzzer, which needs clang.
FUZZ_SECONDS ?= 10
FUZZ := $(patsubst tests/fuzz/%.c,$(B)/bin/%,$(wildcard tests/fuzz/*.c))
$(B)/bin/sync_% : $(B)/obj/tests/fuzz/sync_%.o $(LIBSYNC) $(LIBCORE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $^ $(SYNC_LIBS)
$(B)/bin/% : $(B)/obj/tests/fuzz/%.o $(LIBKIOSK) $(LIBCORE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $< -Wl,--start-group $(LIBKIOSK) $(LIBCORE) \
	    -Wl,--end-group $(KIOSK_LIBS)
# What the targets that read pictures begin with.
$(B)/seeds: $(B)/obj/tests/fuzz/seeds/seeds.o $(SCAN_O) $(LIBCORE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@-draw $^ $(call pkg,--libs,libqrencode) -lm
	rm -rf $@ && $@-draw $@
.PHONY: fuzz fuzz-programs
fuzz-programs: $(FUZZ) $(B)/seeds
fuzz: build-deps build/.deps-clang
	@$(MAKE) --no-print-directory CC=clang SANITIZE=1 fuzz-programs
	@B=build/with-clang/asan tests/fuzz/run $(FUZZ_SECONDS)

run: all
	@B=$(B) tests/e2e/demo-run

test: deps-test
	@$(MAKE) --no-print-directory $(JOBS) programs unit
	@B=$(B) tests/run-tests

# What that leaves out: the centre's tests on PostgreSQL, and much of it under ASan and UBSan, in a
# build of its own.
test-postgres: deps-test
	@$(MAKE) --no-print-directory $(JOBS) programs unit
	@B=$(B) tests/run-tests postgres
test-asan: deps-test
	@CC=$(CC) B=$(B) tests/run-tests asan

tidy:
	@tests/tidy

# The program that draws every screen for people's eyes.
$(B)/tests/shots: $(addprefix $(B)/obj/tests/shots/,shots.o pages.o png.o) $(SCENES_O) \
    $(LIBKIOSK) $(LIBCORE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(KIOSK_LIBS) -lz
$(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/shots/*.c)): ROOM_CFLAGS = $(KIOSK_CFLAGS)
shots: build-deps
	@$(MAKE) --no-print-directory $(JOBS) $(B)/tests/shots $(MO)
	@B=$(B) tests/e2e/shots $(SHOTS)

bench: all
	@$(MAKE) --no-print-directory $(JOBS) bench-programs
	@B=$(B) tests/bench/run $(BENCH_FLAGS)
bench-long: all
	@$(MAKE) --no-print-directory $(JOBS) bench-programs
	@B=$(B) BENCH_LONG=1 tests/bench/run $(BENCH_FLAGS)

install: all install-units
	install -D -m 755 $(KIOSK) $(DESTDIR)$(PREFIX)/bin/turnout-kiosk
	install -D -m 755 $(SYNC) $(DESTDIR)$(PREFIX)/bin/turnout-sync
	install -D -m 644 assets/man/turnout-kiosk.1 $(DESTDIR)$(PREFIX)/share/man/man1/turnout-kiosk.1
	install -D -m 644 assets/man/turnout-sync.1 $(DESTDIR)$(PREFIX)/share/man/man1/turnout-sync.1
	install -D -m 644 assets/man/turnout-formats.5 $(DESTDIR)$(PREFIX)/share/man/man5/turnout-formats.5

	for mo in $(MO); do \
	    to=$(DESTDIR)$(PREFIX)/share/locale/$${mo#$(B)/locale/}; \
	    install -D -m 644 $$mo $$to || exit 1; \
	done

# What makes a machine a kiosk and nothing else, and another one a hub.
.PHONY: install-units
install-units:
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	for unit in turnout-kiosk.service turnout-stick@.service turnout-reconcile.service \
	    turnout-hub.service turnout-hub.socket \
	    turnout-sibling.service turnout-sibling.socket; do \
	    to=$(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit; \
	    sed 's|@bindir@|$(PREFIX)/bin|g' assets/systemd/$$unit >$$to && chmod 644 $$to || exit 1; \
	done
	install -D -m 644 assets/systemd/turnout-kiosk.sysusers \
	    $(DESTDIR)$(PREFIX)/lib/sysusers.d/turnout-kiosk.conf
	install -m 644 assets/systemd/turnout-hub.sysusers \
	    $(DESTDIR)$(PREFIX)/lib/sysusers.d/turnout-hub.conf
	install -d $(DESTDIR)$(PREFIX)/lib/udev/rules.d
	install -m 644 assets/udev/70-turnout-scanner.rules assets/udev/71-turnout-stick.rules \
	    $(DESTDIR)$(PREFIX)/lib/udev/rules.d

# The strings of the screens, gathered anew into the catalogues; translators fill in what is empty.
.PHONY: catalogues
catalogues: deps-test
	@.tools/catalogues

clean:
	rm -rf build

help:
	@echo 'make            build build/turnout-kiosk and build/turnout-sync'
	@echo 'make run        install what is missing, build, and show a demo kiosk'
	@echo 'make test       install what is missing, build, and run the tests'
	@echo 'make test-postgres'
	@echo '                the centre'"'"'s unit tests on PostgreSQL'
	@echo 'make test-asan  the unit tests, flows and simulation under ASan and UBSan'
	@echo 'make deps       only install what building and running needs'
	@echo 'make tidy       check the house: imports, banned calls, lengths'
	@echo 'make shots      a picture of every screen, in build/shots; SHOTS=WORD for some'
	@echo 'make bench      measure; BENCH_JSON=FILE or BENCH_FLAGS=--json for machines,'
	@echo '                QR_PICTURES=DIR for pictures of your own, BENCH_ONLY=read for one part'
	@echo 'make bench-long measure what takes minutes'
	@echo 'make catalogues gather the screens'"'"' strings into assets/locale'
	@echo 'make fuzz       FUZZ_SECONDS=10 a target'
	@echo 'make install    DESTDIR= PREFIX=/usr/local'
	@echo 'make clean      remove build/'
	@echo 'variables       CC=clang SANITIZE=1|thread WERROR=1'

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
