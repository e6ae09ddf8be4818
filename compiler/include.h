/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_INCLUDE_H
#define IMAPOL_INCLUDE_H

#include "ast.h"
#include "diag.h"

/*
 * Included files: found, read, parsed, and hung into the tree as the body of
 * their include statement. A file is read and parsed once, however often it
 * is included; a file that includes itself, however far round, is an error.
 */
#define INCLUDE_MAX_DEPTH 32		/* files open inside each other */
#define INCLUDE_MAX_STMTS 1000000	/* statements, includes expanded */

/* how files are reached; tests and fuzzers put their own */
struct include_ops {
	/*
	 * One name for one file, however path spells it, in the arena; NULL
	 * and errno: it is not there or cannot be reached.
	 */
	const char *(*identify)(void *arg, struct arena *a, const char *path);
	/* as source_read() */
	enum source_error (*read)(void *arg, struct arena *a,
				  const char *path, const char **text,
				  size_t *len);
	void *arg;
};

/* the files of the machine at hand */
extern const struct include_ops include_files;

struct include_env {
	const struct include_ops *ops;
	/* where <NAME> is looked for, in this order */
	const char *const *dirs;
	size_t n_dirs;
	/* grammar_parse(), which this layer does not know */
	void (*parse)(struct ast *ast, const struct source *src,
		      struct diags *ds, ast_stmts *out);
};

/*
 * Load what the statements of ast include, to any depth. Each include that
 * cannot be loaded is a diagnostic and keeps an empty body. To be called once,
 * when all sources are parsed.
 */
void include_load(struct ast *ast, const struct include_env *env,
		  struct diags *ds);

/*
 * A library file may differ by release: beside NAME.imapol, NAME@6.14.imapol in
 * the same folder stands for 6.14 and later. All forms are loaded;
 * include_select() hangs those of one release into the tree. The releases at
 * which something changes, numbered from 0, oldest first, the first one being
 * the oldest that is known: include_form() is false past the last.
 */
bool include_form(const struct ast *ast, size_t i, struct krelease *since);
void include_select(struct ast *ast, struct krelease rel);

#endif
