/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <openssl/evp.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "device_key.h"
#include "device_run.h"
#include "hex.h"
#include "num.h"
#include "oom.h"
#include "optrow.h"
#include "outfile.h"
#include "pcrfile.h"
#include "say.h"
#include "streams.h"
#include "util.h"

/*
 * imapol-attest-device: the commands of imapol-attest that ask the TPM of this
 * machine. argv[1] is the word.
 */
enum { COLLECT = 1, ENROL = 2, BOTH = 3, CANNOT = 2 };

#define TIMEOUT 300	/* seconds: some TPMs are that slow at making a key */

#define TAKE_WORD(name) OPTROW_WORD(name, struct device_run, name)
#define TAKE_FLAG(name) OPTROW_FLAG(name, struct device_run, name)

TAKE_WORD(tcti)
TAKE_WORD(output)
TAKE_WORD(key)
TAKE_WORD(cert)
TAKE_WORD(eventlog)
TAKE_WORD(handle)
TAKE_WORD(owner_password)
TAKE_WORD(endorsement_password)
TAKE_FLAG(ecc)
TAKE_FLAG(force)
TAKE_FLAG(show)

static bool take_nonce(void *run, const char *value)
{
	struct device_run *r = run;

	r->nonce_len = hex_read(value, strlen(value), r->nonce,
				sizeof(r->nonce));
	if (!r->nonce_len)
		say(NULL, "--nonce: 1 to 64 bytes in hexadecimal digits are wanted, as the verifier gave them");
	return r->nonce_len != 0;
}

static bool take_pcrs(void *run, const char *value)
{
	struct device_run *r = run;
	const char *why = pcrfile_selection(value, r->select, &r->selections);

	if (why)
		say(NULL, "--pcrs %s: %s", value, why);
	return !why;
}

static bool take_list(void *run, const char *value)
{
	struct device_run *r = run;

	vec_push(r->arena, &r->lists, value);
	return true;
}

static bool take_number(const char *option, const char *value, uint64_t max,
			uint64_t *out)
{
	if (num_parse(value, strlen(value), 10, max, out) == NUM_OK)
		return true;
	say(NULL, "--%s %s: this is no number, or too large", option, value);
	return false;
}

static bool take_since(void *run, const char *value)
{
	struct device_run *r = run;

	return take_number("since", value, UINT64_MAX, &r->since);
}

static bool take_timeout(void *run, const char *value)
{
	struct device_run *r = run;
	uint64_t n;

	if (!take_number("timeout", value, 86400, &n))
		return false;
	r->timeout = (unsigned int)n;
	return true;
}

static const struct optrow rows[] = {
	{ 'q', "nonce", "HEX", COLLECT, take_nonce,
	  "what the verifier asks for to be in the quote" },
	{ 'o', "output", "FILE", BOTH, take_output,
	  "the bundle (-: standard output); enrol: FILE.pem, .pub, .name" },
	{ 'k', "key", "HANDLE|FILE", COLLECT, take_key,
	  "the attestation key (" DEVICE_KEY_HANDLE "), or a context of tpm2-tools" },
	{ 'l', "pcrs", "SELECTION", COLLECT, take_pcrs,
	  "what is quoted, as sha256:10,11+sha1:10 (sha256:10)" },
	{ 0, "list", "FILE", COLLECT, take_list,
	  "the measurement list; several: its pieces in order" },
	{ 0, "since", "N", COLLECT, take_since,
	  "leave out the first N entries, which the verifier has" },
	{ 0, "eventlog", "FILE", COLLECT, take_eventlog,
	  "the firmware's log (sent where it can be read)" },
	{ 0, "cert", "FILE|NVINDEX", COLLECT, take_cert,
	  "the key's certificate, to go with it" },
	{ 0, "handle", "HANDLE", ENROL, take_handle,
	  "where the key is kept (" DEVICE_KEY_HANDLE ")" },
	{ 0, "ecc", NULL, ENROL, take_ecc,
	  "ECDSA by P-256 instead of RSASSA by RSA-2048" },
	{ 0, "force", NULL, ENROL, take_force,
	  "in the place of the attestation key that is there" },
	{ 0, "show", NULL, ENROL, take_show,
	  "make none, tell of the one that is there" },
	{ 0, "owner-password-file", "FILE", ENROL, take_owner_password,
	  "first line: the password of the owner's hierarchy" },
	{ 0, "endorsement-password-file", "FILE", ENROL,
	  take_endorsement_password, "the same of the endorsement hierarchy" },
	{ 'T', "tcti", "TCTI", BOTH, take_tcti,
	  "the way to the TPM (device:/dev/tpmrm0)" },
	{ 0, "timeout", "SECONDS", BOTH, take_timeout,
	  "in which the TPM has to be done (300; 0: for ever)" },
};

static bool show_help(unsigned int bit);

static const struct optrows options = { "imapol-attest", show_help, rows,
					ARRAY_SIZE(rows), true };

static const struct command {
	const char *word, *usage, *summary;
	unsigned int bit;
	int (*run)(struct device_run *r);
} commands[] = {
	{ "collect", "--nonce HEX -o BUNDLE [OPTION]...",
	  "Quotes PCRs with the verifier's nonce, and bundles it with the list.",
	  COLLECT, device_collect },
	{ "enrol", "[-o FILE] [OPTION]...",
	  "Makes an attestation key, and tells what a verifier pins.",
	  ENROL, device_enrol },
};

static bool show_help(unsigned int bit)
{
	const struct command *c = commands;

	while (c->bit != bit)
		c++;
	return say_print("usage: imapol-attest %s %s\n%s\n", c->word, c->usage,
			 c->summary) &&
	       optrow_help(&options, bit) &&
	       say_print("\nExit status: 0 done; 2 not, and it is said why.");
}

static int wrong(const struct command *c, const char *why)
{
	say(NULL, "%s: try imapol-attest %s --help", why, c->word);
	return CANNOT;
}

/* -1: go on; else the exit status */
static int judge(const struct command *c, const struct device_run *r, int rest)
{
	if (rest)
		return wrong(c, "it takes options alone");
	if (c->bit == COLLECT && !r->nonce_len)
		return wrong(c, "no --nonce was given: it is the verifier's, new for each quote, and none is made up here");
	if (c->bit == COLLECT && !r->output)
		return wrong(c, "-o names no place for the bundle");
	if (r->since && r->lists.n > 1)
		return wrong(c, "--since counts entries of one --list");
	if (c->bit == ENROL && r->show && (r->force || r->ecc))
		return wrong(c, "--show makes no key");
	return -1;
}

static const struct command *by_word(const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(word, commands[i].word))
			return &commands[i];
	return NULL;
}

/* argv[0] is the word of a command */
static int start(void *arg, int argc, char **argv)
{
	const struct command *c = by_word(argv[0]);
	struct device_run *r = arg;
	int status = optrow_read(&options, c->bit, c->word, r, argc, argv);

	if (status == OPTROW_GO_ON)
		status = judge(c, r, argc - optind);
	return status < 0 ? c->run(r) : status;
}

/* nothing is held that would have to be given back: files are without a name yet */
static void on_alarm(int sig)
{
	static const char words[] = "imapol-attest: the TPM was not done in time: --timeout gives it more\n";

	(void)outfile_write_all(STDERR_FILENO, words, sizeof(words) - 1);
	_exit(CANNOT);
}

static struct arena arena;
static struct device_run run = {
	.arena = &arena,
	.timeout = TIMEOUT,
	.key = DEVICE_KEY_HANDLE,
	.handle = DEVICE_KEY_HANDLE,
	.select = { { TPM2_ALG_SHA256, 1u << 10 } },
	.selections = 1,
};

int main(int argc, char **argv)
{
	say_as("imapol-attest");
	streams_hold();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, on_alarm);
	if (argc > 1 && by_word(argv[1]))
		return oom_guard(&arena, start, &run, argc - 1, argv + 1);
	say(NULL, "this is a part of imapol-attest, which is what to call: imapol-attest --help");
	return CANNOT;
}
