/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/*
 * A fuzz target without a fuzzer, once more: each file of a folder is changed in
 * N places, one or a few at a time, and cut off in N/4, always the same ones.
 *
 *	sweep N FOLDER
 */
static uint32_t state = 1;

static uint32_t draw(uint32_t below)
{
	state = state * 1664525 + 1013904223;
	return (uint32_t)(((uint64_t)state * below) >> 32);
}

/* most of an image is zeros, and changes there tell little */
static size_t place(const uint8_t *data, size_t size)
{
	size_t at = draw((uint32_t)size), i;

	for (i = 0; i < 20 && !data[at]; i++)
		at = draw((uint32_t)size);
	return at;
}

static void change(uint8_t *data, size_t size)
{
	static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff, '/', '.' };
	size_t at = place(data, size);

	if (draw(2))
		data[at] ^= (uint8_t)(1 << draw(8));
	else
		data[at] = values[draw(sizeof(values))];
}

static void sweep(const uint8_t *data, size_t size, long n)
{
	uint8_t *copy = malloc(size);
	uint32_t k;
	long i;

	for (i = 0; copy && i < n; i++) {
		memcpy(copy, data, size);
		for (k = 0; k <= draw(4); k++)
			change(copy, size);
		LLVMFuzzerTestOneInput(copy, size);
	}
	for (i = 0; copy && i < n / 4; i++)
		LLVMFuzzerTestOneInput(data, draw((uint32_t)size));
	free(copy);
}

static int sweep_file(const char *path, long n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc(1 << 20);
	size_t size;

	if (!f || !data) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return 2;
	}
	size = fread(data, 1, 1 << 20, f);
	fclose(f);
	if (size)
		sweep(data, size, n);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	DIR *dir = argc == 3 ? opendir(argv[2]) : NULL;
	unsigned int files = 0;
	struct dirent *e;
	char *path;

	if (!dir)
		return 2;
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		if (asprintf(&path, "%s/%s", argv[2], e->d_name) < 0 ||
		    sweep_file(path, atol(argv[1])))
			return 2;
		free(path);
		files++;
	}
	closedir(dir);
	printf("%u files, changed in %s places each, came back\n", files,
	       argv[1]);
	return files == 0;
}
