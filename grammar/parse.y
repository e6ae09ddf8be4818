/* SPDX-License-Identifier: GPL-2.0-only */
%require "3.8"
%expect 0
%define api.pure full
%define api.push-pull push
%define api.prefix {gram_}
%define api.token.prefix {T_}
%define api.location.type {struct span}
%define parse.error custom
%define parse.lac full
%parse-param {struct grammar *g}

%code top {
#include "config.h"
}

%code requires {
#include "ast.h"

struct grammar;
}

%code {
#include "context.h"

#define YYLLOC_DEFAULT(cur, rhs, n) \
	((cur) = (n) ? span_join(YYRHSLOC(rhs, 1), YYRHSLOC(rhs, n)) \
		     : syntax_after(YYRHSLOC(rhs, 0)))

/* called only for want of memory, which the return value tells as well */
static void gram_error(const struct span *loc, struct grammar *g,
		       const char *message)
{
	(void)loc;
	(void)g;
	(void)message;
}

#define AST g->ast
/* a list begins, as small as most of them stay, or goes on */
#define FIRST(list, ...) do { \
	(list).v = arena_alloc(g->arena, sizeof(*(list).v)); \
	(list).n = 0; \
	(list).cap = 1; \
	PUSH(list, __VA_ARGS__); \
} while (0)
#define PUSH(list, ...) vec_push(g->arena, &(list), __VA_ARGS__)
}

%union {
	const char *text;
	uint64_t number;
	int kind;	/* a number of the enum that the rule is about */
	struct ast_word word;
	ast_words words;
	struct ast_id *id;
	struct ast_set *set;
	ast_sets sets;
	struct ast_op op;
	struct ast_opt opt;
	struct ast_except except;
	struct ast_target_item target;
	struct ast_outcome outcome;
	struct ast_test_line line;
	struct ast_stmt *stmt;
	/* the lists of these */
	ast_ops ops;
	ast_opts opts;
	ast_actions actions;
	ast_excepts excepts;
	ast_target_items targets;
	ast_outcomes outcomes;
	ast_test_lines lines;
	ast_stmts stmts;
}

%token END 0 "end of file"
%token <text> WORD "a name" STRING "a quoted text" LIBRARY "<NAME>"
%token <text> VERSION "a release"
%token <number> NUMBER "a number" HEX "a number with 0x"
%token ARROW "=>" DOTDOT ".."
%token ALGORITHMS "algorithms" ALLOWING "allowing" APPARMOR "apparmor" BY "by"
%token DIRECT_IO "direct-io" EXCEPT "except" EXEMPT "exempt" IN "in"
%token INCLUDE "include" INCLUDING "including" KERNEL "kernel" LET "let"
%token LIBSELINUX "libselinux" LOADS "loads" NO_LSM "no-lsm" NOTHING "nothing"
%token OF "of" PCR "pcr" PROFILE "profile" RAW "raw" REQUIRING "requiring"
%token SELINUX "selinux" SMACK "smack" TAG "tag" TARGET "target"
%token TEMPLATE "template" TEST "test" TO "to" VERITY "verity" WITHIN "within"
%token <kind> ANY "any" APPEND "append" APPEND_ONLY "append-only"
%token <kind> APPRAISE "appraise" ATTRIBUTE "attribute" AUDIT "audit"
%token <kind> CODE "code" DATA "data" DIGEST "digest" DOMAIN "domain"
%token <kind> EGID "egid" EUID "euid" EXEC "exec" EXEC_INTO "exec-into"
%token <kind> EXEC_OPEN "exec-open" FIRMWARE "firmware" FS "fs"
%token <kind> FS_SUBTYPE "fs-subtype" FSMAGIC "fsmagic" FSUUID "fsuuid"
%token <kind> GID "gid" GROUP "group" HASH "hash" KEXEC_CMDLINE "kexec-cmdline"
%token <kind> KEXEC_INITRAMFS "kexec-initramfs" KEXEC_KERNEL "kexec-kernel"
%token <kind> KEY "key" LABEL "label" MEASURE "measure" MMAP "mmap"
%token <kind> MMAP_REQUESTED "mmap-requested" MODSIG "modsig" MODULE "module"
%token <kind> OPEN "open" OWNER "owner" PATH "path" POLICY "policy" READ "read"
%token <kind> READ_ONLY "read-only" SIGNATURE "signature" STRICTER "stricter"
%token <kind> SUBJ_ROLE "subj-role" SUBJ_USER "subj-user" UID "uid"
%token <kind> UNLABELLED "unlabelled" UNTAGGED "untagged"
%token <kind> VERITY_SIGNATURE "verity-signature" WIDER "wider" WRITE "write"
%token <kind> WRITE_ONLY "write-only" XATTR "xattr"

%type <word> name string release lsm value
%type <words> names labels masks attrs
%type <number> number
%type <kind> class op_word mask attr proof sealed allowed text_kind id_kind
%type <id> id id_value
%type <set> leaf of_files by_subjects files file subjects subject
%type <sets> file_and file_or subject_and subject_or
%type <op> op
%type <ops> ops
%type <opt> opt plain_opt outcome_opt
%type <opts> opts outcome_opts
%type <actions> actions
%type <except> except taken_out
%type <excepts> excepts
%type <target> target_item
%type <targets> target_items
%type <outcome> outcome
%type <outcomes> outcomes
%type <line> test_line
%type <lines> test_lines test_block
%type <stmt> stmt simple rule head
%type <stmts> stmts block

%%

policy:	  %empty
	| policy stmt			{ if ($2) PUSH(*g->out, $2); }
	| policy error '}'		{ syntax_recovered(g); yyerrok; } ;

stmts:	  %empty			{ $$ = (ast_stmts){ 0 }; }
	| stmts stmt			{ $$ = $1; if ($2) PUSH($$, $2); } ;

/* a mistake ends with its statement, or with the block that follows it */
stmt:	  simple ';'
	| rule ';'
	| "within" files opts block
		{ $$ = ast_stmt(AST, AST_WITHIN, span_join(@1, @3));
		  $$->files = $2; $$->opts = $3; $$->body = $4; }
	| "test" string test_block
		{ $$ = ast_stmt_named(AST, AST_TEST, $2, span_join(@1, @2));
		  $$->tests = $3; }
	| "test" error test_block	{ $$ = NULL; }
	| "test" error ';'		{ $$ = NULL; syntax_recovered(g); yyerrok; }
	| error ';'			{ $$ = NULL; syntax_recovered(g); yyerrok; }
	| error block
		{ $$ = ast_stmt(AST, AST_WITHIN, @1); $$->body = $2; } ;

open:	  '{'		{ if (!syntax_enter_block(g, @1)) YYABORT; yyerrok; } ;

block:	  open stmts '}'		{ $$ = $2; syntax_leave_block(g); }
	| open stmts error '}'	{ $$ = $2; syntax_leave_block(g); yyerrok; } ;

simple:	  "target" target_items
		{ $$ = ast_stmt(AST, AST_TARGET, @$); $$->target = $2; }
	| "tag" WORD '=' files
		{ $$ = ast_stmt_named(AST, AST_TAG, ast_word($2, @2), @$);
		  $$->files = $4; }
	| "let" WORD '=' files
		{ $$ = ast_stmt_named(AST, AST_LET, ast_word($2, @2), @$);
		  $$->files = $4; }
	| "include" LIBRARY
		{ $$ = ast_stmt_named(AST, AST_INCLUDE, ast_word($2, @2), @$);
		  $$->library = true; }
	| "include" string	{ $$ = ast_stmt_named(AST, AST_INCLUDE, $2, @$); }
	| "raw" string		{ $$ = ast_stmt_named(AST, AST_RAW, $2, @$); } ;

target_items: target_item			{ FIRST($$, $1); }
	| target_items ',' target_item	{ $$ = $1; PUSH($$, $3); } ;

target_item: "kernel" release	{ $$ = ast_target(AST_TARGET_KERNEL, $2); }
	| "libselinux" release	{ $$ = ast_target(AST_TARGET_LIBSELINUX, $2); }
	| "profile" name	{ $$ = ast_target(AST_TARGET_PROFILE, $2); }
	| lsm			{ $$ = ast_target(AST_TARGET_LSM, $1); } ;

lsm:	  "selinux"	{ $$ = syntax_word(g, @1); }
	| "apparmor"	{ $$ = syntax_word(g, @1); }
	| "smack"	{ $$ = syntax_word(g, @1); }
	| "no-lsm"	{ $$ = syntax_word(g, @1); } ;

/* ---- rules ---- */

rule:	  head of_files by_subjects opts excepts
		{ $$ = $1; $$->span = @$; $$->files = $2; $$->subjects = $3;
		  $$->opts = $4; $$->excepts = $5; } ;

head:	  actions ops
		{ $$ = ast_stmt(AST, AST_RULE, @$);
		  $$->actions = $1; $$->ops = $2; }
	| "exempt" actions ops
		{ $$ = ast_stmt(AST, AST_RULE, @$);
		  $$->exempt = true; $$->actions = $2; $$->ops = $3; } ;

actions:  class			{ FIRST($$, (struct ast_action){ $1, @1 }); }
	| actions ',' class
		{ $$ = $1; PUSH($$, (struct ast_action){ $3, @3 }); } ;

class:	  "measure" | "appraise" | "audit" | "hash" ;

ops:	  op			{ FIRST($$, $1); }
	| ops ',' op		{ $$ = $1; PUSH($$, $3); } ;

op:	  op_word		{ $$ = ast_op($1, NULL, @$); }
	| "key" "in" names	{ $$ = ast_op(AST_OP_KEY, &$3, @$); }
	| "data" names		{ $$ = ast_op(AST_OP_DATA, &$2, @$); } ;

op_word:  "exec" | "exec-into" | "mmap" | "mmap-requested" | "code"
	| "open" | "read" | "write" | "append"
	| "read-only" | "write-only" | "append-only" | "exec-open"
	| "module" | "firmware" | "policy" | "key" | "data" | "xattr" | "any"
	| "kexec-kernel" | "kexec-initramfs" | "kexec-cmdline" ;

of_files: %empty		{ $$ = NULL; }
	| "of" files		{ $$ = $2; } ;

by_subjects: %empty		{ $$ = NULL; }
	| "by" subjects		{ $$ = $2; } ;

excepts:  %empty		{ $$ = (ast_excepts){ 0 }; }
	| excepts except	{ $$ = $1; PUSH($$, $2); } ;

except:	  "except" taken_out	{ $$ = $2; $$.span = @$; } ;

taken_out: ops of_files by_subjects
		{ $$ = (struct ast_except){ .ops = $1, .files = $2,
					    .subjects = $3 }; }
	| "of" files by_subjects
		{ $$ = (struct ast_except){ .files = $2, .subjects = $3 }; }
	| "by" subjects		{ $$ = (struct ast_except){ .subjects = $2 }; } ;

/* ---- options ---- */

opts:	  %empty		{ $$ = (ast_opts){ 0 }; }
	| opts opt		{ $$ = $1; PUSH($$, $2); } ;

opt:	  plain_opt
	| "requiring" proof	{ $$ = ast_opt($2, @$); }
	| "allowing" allowed	{ $$ = ast_opt($2, @$); }
	| "allowing" "wider" "to" "label" labels
			{ $$ = ast_opt_words(AST_OPT_ALLOW_WIDER, &$5, @$); }
	| "including" "loads"	{ $$ = ast_opt(AST_OPT_INCLUDING_LOADS, @$); } ;

/* also in the outcomes of a test */
plain_opt: "pcr" number
			{ $$ = ast_opt(AST_OPT_PCR, @$); $$.number = $2; }
	| "template" name
			{ $$ = ast_opt(AST_OPT_TEMPLATE, @$); PUSH($$.words, $2); }
	| "algorithms" names
			{ $$ = ast_opt_words(AST_OPT_ALGORITHMS, &$2, @$); }
	| "digest" "verity"	{ $$ = ast_opt(AST_OPT_DIGEST_VERITY, @$); }
	| "allowing" "direct-io" { $$ = ast_opt(AST_OPT_ALLOW_DIRECT_IO, @$); } ;

proof:	  sealed | "digest" ;

sealed:	  "signature" | "modsig" | "verity-signature" ;

allowed:  "wider" | "unlabelled" | "untagged" | "stricter" ;

labels:	  name			{ FIRST($$, $1); }
	| labels ',' name	{ $$ = $1; PUSH($$, $3); } ;

names:	  name			{ FIRST($$, $1); }
	| names '|' name	{ $$ = $1; PUSH($$, $3); } ;

/* ---- sets: `!` binds closer than `&`, `&` closer than `|` ---- */

files:	  file_or	{ $$ = ast_set_chain(AST, AST_SET_OR, &$1); } ;

file_or:  file_and	{ FIRST($$, ast_set_chain(AST, AST_SET_AND, &$1)); }
	| file_or '|' file_and
		{ $$ = $1; PUSH($$, ast_set_chain(AST, AST_SET_AND, &$3)); } ;

file_and: file			{ FIRST($$, $1); }
	| file_and '&' file	{ $$ = $1; PUSH($$, $3); } ;

file:	  leaf
	| WORD			{ $$ = ast_set_named(AST, AST_SET_REF, $1, @1); }
	| lparen files ')'	{ $$ = $2; g->nesting--; }
	| bang file		{ $$ = ast_set_not(AST, $2, @$); g->nesting--; } ;

subjects: subject_or	{ $$ = ast_set_chain(AST, AST_SET_OR, &$1); } ;

subject_or: subject_and	{ FIRST($$, ast_set_chain(AST, AST_SET_AND, &$1)); }
	| subject_or '|' subject_and
		{ $$ = $1; PUSH($$, ast_set_chain(AST, AST_SET_AND, &$3)); } ;

subject_and: subject			{ FIRST($$, $1); }
	| subject_and '&' subject	{ $$ = $1; PUSH($$, $3); } ;

subject:  leaf
	| id			{ $$ = ast_set_id(AST, AST_SET_USER, $1, @1); }
	| lparen subjects ')'	{ $$ = $2; g->nesting--; }
	| bang subject		{ $$ = ast_set_not(AST, $2, @$); g->nesting--; } ;

lparen:	  '('		{ if (!syntax_enter_set(g, @1)) YYERROR; } ;

bang:	  '!'		{ if (!syntax_enter_set(g, @1)) YYERROR; } ;

/* of files and of subjects: one in the other's place is told in words */
leaf:	  text_kind name	{ $$ = ast_set_named(AST, $1, $2.text, @$); }
	| id_kind id		{ $$ = ast_set_id(AST, $1, $2, @$); }
	| "path" string		{ $$ = ast_set_named(AST, $1, $2.text, @$); }
	| "fsuuid" string	{ $$ = ast_set_named(AST, $1, $2.text, @$); }
	| "fsmagic" name	{ $$ = ast_set_named(AST, $1, $2.text, @$); }
	| "fsmagic" HEX		{ $$ = ast_set_magic(AST, $2, @$); } ;

text_kind: "label" | "attribute" | "fs" | "fs-subtype"
	| "domain" | "subj-role" | "subj-user" ;

id_kind:  "owner" | "group" | "uid" | "euid" | "gid" | "egid" ;

id:	  id_value
	| id_value ".." id_value { $$ = ast_id_make(AST_ID_RANGE, $1, $3, @$); }
	| '>' id_value		{ $$ = ast_id_make(AST_ID_GT, $2, NULL, @$); }
	| '<' id_value		{ $$ = ast_id_make(AST_ID_LT, $2, NULL, @$); } ;

id_value: number		{ $$ = ast_id_value(AST, NULL, $1, @1); }
	| name			{ $$ = ast_id_value(AST, $1.text, 0, @1); } ;

/* ---- tests ---- */

test_block: open test_lines '}'	{ $$ = $2; syntax_leave_block(g); }
	| open test_lines error '}' { $$ = $2; syntax_leave_block(g); yyerrok; } ;

test_lines: %empty			{ $$ = (ast_test_lines){ 0 }; }
	| test_lines test_line ';'	{ $$ = $1; PUSH($$, $2); }
	| test_lines error ';'	{ $$ = $1; syntax_recovered(g); yyerrok; } ;

test_line: op_word masks string attrs by_subjects "=>" outcomes
		{ $$ = (struct ast_test_line){ .span = @$, .verb = $1,
			.verb_span = @1, .masks = $2, .text = $3.text,
			.text_span = @3, .attrs = $4, .subject = $5,
			.outcomes = $7 }; } ;

masks:	  %empty		{ $$ = (ast_words){ 0 }; }
	| masks mask	{ $$ = $1; PUSH($$, ast_word(ast_op_word($2), @2)); } ;

mask:	  "read" | "write" | "append" | "exec" ;

/* pairs: the condition, and its value as text */
attrs:	  %empty		{ $$ = (ast_words){ 0 }; }
	| attrs attr value
		{ $$ = $1; PUSH($$, ast_word(ast_set_word($2), @2));
		  PUSH($$, $3); } ;

attr:	  "label" | "owner" | "group" | "fs" | "fs-subtype" | "fsmagic"
	| "fsuuid" ;

value:	  name
	| number		{ $$ = syntax_word(g, @1); } ;

outcomes: outcome		{ FIRST($$, $1); }
	| outcomes ',' outcome	{ $$ = $1; PUSH($$, $3); } ;

outcome:  class outcome_opts
		{ $$ = (struct ast_outcome){ $1, @$, false, $2 }; }
	| "nothing"	{ $$ = (struct ast_outcome){ .span = @$, .nothing = true }; } ;

outcome_opts: %empty			{ $$ = (ast_opts){ 0 }; }
	| outcome_opts outcome_opt	{ $$ = $1; PUSH($$, $2); } ;

outcome_opt: plain_opt
	| proof			{ $$ = ast_opt($1, @$); } ;

/* ---- words ---- */

name:	  WORD		{ $$ = ast_word($1, @1); }
	| STRING	{ $$ = ast_word($1, @1); } ;

string:	  STRING	{ $$ = ast_word($1, @1); } ;

release:  VERSION	{ $$ = ast_word($1, @1); }
	| STRING	{ $$ = ast_word($1, @1); } ;

number:	  NUMBER | HEX ;

%%

/* the symbols' names are the keywords themselves, and phrases for the rest */
static int yyreport_syntax_error(const yypcontext_t *ctx, struct grammar *g)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	const char *expected[YYNTOKENS];
	int i, n = yypcontext_expected_tokens(ctx, kinds, YYNTOKENS);

	for (i = 0; i < n; i++)
		expected[i] = yysymbol_name(kinds[i]);
	if (n >= 0)
		syntax_error(g, *yypcontext_location(ctx),
			     yysymbol_name(yypcontext_token(ctx)), expected,
			     (size_t)n);
	return n < 0 ? n : 0;
}
