/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/*
 * A fuzz target without a fuzzer: each file named, and each file of a folder
 * named, goes through it once. Exit 0 when all of them came back.
 */
static int replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data;
	long size;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0 ||
	    fseek(f, 0, SEEK_SET)) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	/* exactly as long as the text, so that a sanitizer sees its end */
	data = malloc(size ? (size_t)size : 1);
	if (!data || fread(data, 1, (size_t)size, f) != (size_t)size) {
		fprintf(stderr, "%s: cannot read it\n", path);
		return -1;
	}
	fclose(f);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return 1;
}

static int replay(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	char *sub;
	int n = 0, one;

	if (!dir)
		return replay_file(path);
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		if (asprintf(&sub, "%s/%s", path, e->d_name) < 0)
			return -1;
		one = replay(sub);
		free(sub);
		if (one < 0)
			return -1;
		n += one;
	}
	closedir(dir);
	return n;
}

int main(int argc, char **argv)
{
	int i, n = 0, one;

	for (i = 1; i < argc; i++) {
		one = replay(argv[i]);
		if (one < 0)
			return 2;
		n += one;
	}
	printf("%d inputs came back\n", n);
	return n == 0;
}
