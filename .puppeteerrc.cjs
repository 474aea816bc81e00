/** The browser comes from the system or from @sparticuz/chromium (design section 3): npm never downloads one. */
module.exports = { skipDownload: true };
