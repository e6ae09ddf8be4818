/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <tss2/tss2_rc.h>
#include <tss2/tss2_tctildr.h>
#include <unistd.h>

#include "device.h"
#include "num.h"
#include "say.h"
#include "source.h"

#define MANAGED "/dev/tpmrm0"

/* milliseconds: the first sleep, and all of them */
enum { SLEEP_FIRST = 20, SLEEP_ALL = 10000 };

static bool is_unmanaged(const char *tcti)
{
	const char *dev = strstr(tcti, "/dev/tpm");

	return dev && dev[8] >= '0' && dev[8] <= '9';
}

/* which TPM; NULL: it was said */
static const char *choose(const char *tcti)
{
	if (!tcti) {
		if (!access(MANAGED, R_OK | W_OK))
			return "device:" MANAGED;
		say(MANAGED, "%s: is there a TPM, and may you use it? --tcti names another",
		    strerror(errno));
		return NULL;
	}
	if (is_unmanaged(tcti))
		say(NULL, "warning: %s has no resource manager, so that who else uses the TPM is in the way: take "
		    MANAGED, tcti);
	return tcti;
}

bool device_open(struct device *d, struct arena *a, const char *tcti)
{
	TSS2_RC rc;

	memset(d, 0, sizeof(*d));
	d->arena = a;
	tcti = choose(tcti);
	if (!tcti)
		return false;
	/* it says the same in words of its own, on standard error */
	setenv("TSS2_LOG", "all+none", 0);
	rc = Tss2_TctiLdr_Initialize(tcti, &d->tcti);
	if (rc) {
		say(tcti, "the TPM cannot be reached: %s", Tss2_RC_Decode(rc));
		return false;
	}
	rc = Esys_Initialize(&d->esys, d->tcti, NULL);
	if (rc) {
		say(tcti, "the TPM cannot be used: %s", Tss2_RC_Decode(rc));
		device_close(d);
		return false;
	}
	return true;
}

void device_close(struct device *d)
{
	if (d->esys)
		Esys_Finalize(&d->esys);
	if (d->tcti)
		Tss2_TctiLdr_Finalize(&d->tcti);
}

/* the TPM's own, whoever passed it on */
static bool says_later(TSS2_RC rc)
{
	TSS2_RC layer = rc & TSS2_RC_LAYER_MASK;

	if (layer && layer != TSS2_RESMGR_TPM_RC_LAYER)
		return false;
	switch (rc & ~TSS2_RC_LAYER_MASK) {
	case TPM2_RC_RETRY:
	case TPM2_RC_YIELDED:
	case TPM2_RC_TESTING:
	case TPM2_RC_NV_RATE:
		return true;
	default:
		return false;
	}
}

bool device_again(struct device *d, TSS2_RC rc)
{
	unsigned int ms = d->waited ? d->waited : SLEEP_FIRST;
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	if (!says_later(rc) || d->waited + ms > SLEEP_ALL) {
		d->waited = 0;
		return false;
	}
	d->waited += ms;
	(void)nanosleep(&t, NULL);
	return true;
}

bool device_did(const char *what, TSS2_RC rc)
{
	if (rc)
		say(NULL, "%s: %s", what, Tss2_RC_Decode(rc));
	return !rc;
}

void device_flush(struct device *d, ESYS_TR tr)
{
	if (tr != ESYS_TR_NONE)
		(void)Esys_FlushContext(d->esys, tr);
}

enum device_there device_has(struct device *d, TPM2_HANDLE handle)
{
	TPMS_CAPABILITY_DATA *c;
	TPMI_YES_NO more;
	bool there;
	TSS2_RC rc;

	do
		rc = Esys_GetCapability(d->esys, ESYS_TR_NONE, ESYS_TR_NONE,
					ESYS_TR_NONE, TPM2_CAP_HANDLES, handle,
					1, &more, &c);
	while (device_again(d, rc));
	if (!device_did("the TPM does not tell its handles", rc))
		return DEVICE_UNKNOWN;
	there = c->capability == TPM2_CAP_HANDLES &&
		c->data.handles.count > 0 && c->data.handles.handle[0] == handle;
	Esys_Free(c);
	return there ? DEVICE_THERE : DEVICE_NOT_THERE;
}

bool device_handle(const char *text, TPM2_HANDLE *out)
{
	uint64_t n;

	if (strncmp(text, "0x", 2) ||
	    num_parse(text + 2, strlen(text + 2), 16, UINT32_MAX, &n) != NUM_OK)
		return false;
	*out = (TPM2_HANDLE)n;
	return true;
}

const uint8_t *device_file(struct arena *a, const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	enum source_error e = SOURCE_ERRNO;
	const char *text = NULL;
	struct stat st;

	if (fd >= 0 && !fstat(fd, &st)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		if (S_ISREG(st.st_mode))
			e = source_read_fd(a, fd, &text, len);
	}
	if (e != SOURCE_OK)
		say(path, "%s", strerror(e == SOURCE_TOO_LARGE ? EFBIG : errno));
	if (fd >= 0)
		close(fd);
	return e == SOURCE_OK ? (const uint8_t *)text : NULL;
}
