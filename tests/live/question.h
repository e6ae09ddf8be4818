/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_QUESTION_H
#define IMAPOL_TEST_QUESTION_H

/*
 * The file of questions that genlines writes, the guest asks and agree judges:
 * a line each, with a letter for its kind in front. A capital letter: the
 * kernel is asked both ways, by a write of its own and by the path of a file.
 * A question may hold any byte but the newline.
 */
enum question_kind {
	Q_ROW, Q_MATRIX, Q_VALID, Q_CASE, Q_DUPLICATE, Q_BOUND, Q_ORDER,
	Q_EMPTY, Q_SEPARATOR, Q_RETURN, Q_NUL, Q_LONG, Q_COMBINATION,
	Q_COMMENT, Q_BYTE, Q_SOUP, Q_BYTES, Q_PUBLIC,
	Q_KINDS
};

/* in the order of the kinds */
#define QUESTION_LETTERS "rmvcdboespnlxtyfzu"
#define QUESTION_NAMES { "row", "matrix", "valid", "case", "duplicate", \
	"bound", "order", "empty value", "separator", "return", "NUL", \
	"long", "combination", "comment", "byte", "soup", "random bytes", \
	"public" }

#endif
