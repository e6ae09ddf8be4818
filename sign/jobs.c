/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "jobs.h"
#include "namelist.h"
#include "rootwalk.h"

/* held by whoever walks it and by each job from it */
struct job_tree {
	int fd;
	atomic_uint users;
};

static struct job_tree *tree_new(int fd)
{
	struct job_tree *t = malloc(sizeof(*t));

	if (!t)
		return NULL;
	t->fd = fd;
	atomic_init(&t->users, 1);
	return t;
}

static void tree_drop(struct job_tree *t)
{
	if (!t || atomic_fetch_sub(&t->users, 1) != 1)
		return;
	close(t->fd);
	free(t);
}

void job_free(struct job *job)
{
	tree_drop(job->tree);
	free(job->path);
	free(job->shown);
	free(job);
}

struct producer {
	const struct jobs *j;
	struct reach top;
	/* where in the tree that is walked */
	struct job_tree *tree;
	const char *above;	/* the tree's name, without a slash at the end */
};

static void give(struct producer *p, const struct reach *at, const char *path,
		 const char *above, struct job_tree *tree)
{
	struct job *job = calloc(1, sizeof(*job));
	size_t len = strlen(above) + strlen(path) + 2;

	if (job) {
		job->path = strdup(path);
		job->shown = malloc(len);
	}
	if (!job || !job->path || !job->shown) {
		if (job)
			job_free(job);
		p->j->refuse(p->j->arg, path, strerror(ENOMEM));
		return;
	}
	strcpy(job->shown, above);
	if (tree) {
		strcat(job->shown, "/");
		atomic_fetch_add(&tree->users, 1);
	}
	strcat(job->shown, path);
	job->at = *at;
	job->tree = tree;
	job->named = !tree;
	p->j->give(p->j->arg, job);
}

/* ---- trees ---- */

static enum rootwalk_next visit(void *arg, const struct rootwalk_entry *e)
{
	struct producer *p = arg;
	const struct reach at = { REACH_TREE, p->tree->fd };

	if (*p->j->stop)
		return ROOTWALK_END;
	if (S_ISREG(e->st->stx_mode))
		give(p, &at, e->path + 1, p->above, p->tree);
	return ROOTWALK_ON;
}

static void missed(void *arg, const char *path, enum rootwalk_miss why,
		   int error)
{
	struct producer *p = arg;
	struct arena a;
	struct buf name;

	/* what the kernel makes up has nothing to sign */
	if (why == ROOTWALK_MADE_UP)
		return;
	arena_init(&a);
	a.on_oom = p->j->arena->on_oom;
	buf_init(&name, &a);
	buf_printf(&name, "%s%s", p->above, path);
	p->j->refuse(p->j->arg, name.s, why == ROOTWALK_TOO_DEEP ?
		     "directories too deep in each other: name this one by itself" :
		     strerror(error));
	arena_free(&a);
}

/* takes over fd */
static void walk_tree(struct producer *p, int fd, const char *path)
{
	const struct rootwalk w = { p->j->arena, p, visit, missed };
	size_t len = strlen(path);
	int dir = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	while (len && path[len - 1] == '/')
		len--;
	p->above = arena_strndup(p->j->arena, path, len);
	p->tree = dir < 0 ? NULL : tree_new(dir);
	if (!p->tree) {
		p->j->refuse(p->j->arg, path, strerror(errno));
		close(fd);
		if (dir >= 0)
			close(dir);
		return;
	}
	if (!rootwalk_fd(&w, fd))
		p->j->refuse(p->j->arg, path, strerror(errno));
	tree_drop(p->tree);
	p->tree = NULL;
}

/* ---- what is named ---- */

/* NULL: it is a file, or a directory where that will do */
static const char *no_file(mode_t mode, bool listed)
{
	if (S_ISREG(mode) || (S_ISDIR(mode) && !listed))
		return NULL;
	if (S_ISLNK(mode))
		return "a symbolic link: name what it leads to";
	if (S_ISDIR(mode))
		return "a directory: a list is of files";
	return "not a regular file";
}

/* it is looked at before it is opened: a device may do something at that */
static void take_path(struct producer *p, const char *path, bool listed)
{
	int fd = reach_open(&p->top, path, O_PATH);
	const char *why;
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		why = strerror(errno);
	else
		why = no_file(st.st_mode, listed);
	if (fd >= 0)
		close(fd);
	if (!why && S_ISREG(st.st_mode)) {
		give(p, &p->top, path, "", NULL);
		return;
	}
	fd = why ? -1 : reach_open(&p->top, path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		p->j->refuse(p->j->arg, path, why ? why : strerror(errno));
	else
		walk_tree(p, fd, path);
}

/* of as many lines as there may be, nothing is kept */
static void refuse_line(struct producer *p, const struct namelist *list)
{
	struct arena a;

	arena_init(&a);
	a.on_oom = p->j->arena->on_oom;
	p->j->refuse(p->j->arg, buf_textf(&a, "%s:%zu", p->j->list, list->line),
		     list->why);
	arena_free(&a);
}

static bool take_list(struct producer *p, int fd, const char **why)
{
	static struct namelist list;
	const char *name;
	enum namelist_next next;

	namelist_open(&list, fd, p->j->nul);
	while (!*p->j->stop &&
	       (next = namelist_next(&list, &name)) != NAMELIST_END) {
		if (next == NAMELIST_NAME) {
			take_path(p, name, true);
		} else if (next == NAMELIST_BAD) {
			refuse_line(p, &list);
		} else {
			*why = buf_textf(p->j->arena, "%s: %s", p->j->list,
					 strerror(errno));
			return false;
		}
	}
	return true;
}

static bool open_list(struct producer *p, const char **why)
{
	int fd;
	bool ok;

	if (!strcmp(p->j->list, "-"))
		return take_list(p, STDIN_FILENO, why);
	fd = open(p->j->list, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		*why = buf_textf(p->j->arena, "%s: %s", p->j->list,
				 strerror(errno));
		return false;
	}
	ok = take_list(p, fd, why);
	close(fd);
	return ok;
}

bool jobs_run(const struct jobs *j, const char **why)
{
	struct producer p = { .j = j, .top = { REACH_HERE, -1 } };
	bool ok = true;
	size_t i;

	if (j->root) {
		p.top.how = REACH_ROOT;
		p.top.fd = open(j->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (p.top.fd < 0) {
			*why = buf_textf(j->arena, "--root %s: %s", j->root,
					 strerror(errno));
			return false;
		}
	}
	for (i = 0; i < j->n_paths && !*j->stop; i++)
		take_path(&p, j->paths[i], false);
	if (j->list)
		ok = open_list(&p, why);
	/* jobs may still be open: the root lives as long as the process */
	return ok;
}
