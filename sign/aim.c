/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "aim.h"
#include "buf.h"
#include "kernelconfig.h"
#include "profile.h"
#include "source.h"

struct aimer {
	struct arena *arena;
	const struct profile *profile;	/* may be NULL */
	const char *config;		/* its text; may be NULL */
	size_t config_len;
	struct aim *out;
	const char **why;
};

static bool refuse(struct aimer *m, const char *text)
{
	*m->why = text;
	return false;
}

static bool read_config(struct aimer *m, const char *file)
{
	struct ktarget t = { .lsm = KLSM_UNSET };

	switch (source_read(m->arena, file, &m->config, &m->config_len)) {
	case SOURCE_ERRNO:
		return refuse(m, buf_textf(m->arena, "--kernel-config %s: %s",
					   file, strerror(errno)));
	case SOURCE_TOO_LARGE:
		return refuse(m, buf_textf(m->arena, "--kernel-config %s: the "
					   "file is too large", file));
	case SOURCE_OK:
		break;
	}
	if (ktarget_read_config(&t, m->config, m->config_len))
		return true;
	return refuse(m, buf_textf(m->arena, "--kernel-config %s: no line of a "
				   "kernel's configuration is in it", file));
}

/* the options as far as something says what they are */
static bool add(struct aimer *m, struct krelease release)
{
	struct ktarget t;

	ktarget_init(&t, release);
	if (m->config)
		ktarget_read_config(&t, m->config, m->config_len);
	else if (m->profile && profile_covers(m->profile, release))
		profile_options(m->profile, t.config, &t.modules);
	vec_push(m->arena, &m->out->v, t);
	return true;
}

static bool add_named(struct aimer *m, const char *word, size_t len)
{
	struct krelease release;

	if (!krelease_parse(word, len, &release))
		return refuse(m, buf_textf(m->arena, "`%.*s` is no kernel "
			"release: one is written as `6.1` or `6.1.192`",
			(int)len, word));
	if (!kmodel_knows(release))
		return refuse(m, buf_textf(m->arena, "kernel %.*s is not known",
					   (int)len, word));
	return add(m, release);
}

/* the kernel at hand, with the configuration that is found for it */
static bool add_running(struct aimer *m)
{
	struct utsname u;
	struct hostfs fs;
	struct hostfs_file f = { 0 };

	if (uname(&u) || !hostfs_open(&fs, m->arena, "/"))
		return refuse(m, "--kernel running: it does not say what it is");
	if (!m->config)
		f = kernelconfig_find(&fs, u.release, true);
	hostfs_close(&fs);
	if (f.text) {
		m->config = f.text;
		m->config_len = f.len;
	}
	return add_named(m, arena_strndup(m->arena, u.release,
					  strlen(u.release)),
			 strlen(u.release));
}

static bool add_list(struct aimer *m, const char *list)
{
	size_t len;

	if (!strcmp(list, "running"))
		return add_running(m);
	do {
		len = strcspn(list, ",");
		if (!add_named(m, list, len))
			return false;
		list += len;
	} while (*list++);
	return true;
}

/* no release is named: the one that something else stands for */
static bool add_implied(struct aimer *m)
{
	const char *start;
	size_t len;

	if (m->config && ktarget_config_release(m->config, m->config_len,
						&start, &len))
		return add_named(m, start, len);
	if (m->profile && !m->profile->rolling)
		return add(m, m->profile->first);
	if (m->profile)
		return refuse(m, buf_textf(m->arena, "--profile %s: its kernel "
			"follows the mainline, so --kernel has to name the "
			"release", m->profile->name));
	return refuse(m, "--kernel-config: it does not say its release; name it "
		      "with --kernel");
}

bool aim_read(struct arena *a, const struct aim_request *req, struct aim *out,
	      const char **why)
{
	struct aimer m = { .arena = a, .out = out, .why = why };

	memset(out, 0, sizeof(*out));
	if (req->profile) {
		m.profile = profile_find(req->profile);
		if (!m.profile)
			return refuse(&m, buf_textf(a, "no profile is called "
				"`%s`: imapolc --help lists them",
				req->profile));
	}
	if (req->config && !read_config(&m, req->config))
		return false;
	if (req->kernel)
		return add_list(&m, req->kernel);
	if (req->config || req->profile)
		return add_implied(&m);
	return true;
}
