import type { FastifyReply } from 'fastify';

/** Stays on this origin: no script, no request to anywhere else. */
export const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Asks for a token, which then lives in a cookie that no script can read. */
export function loginPage(reply: FastifyReply, wasWrong: boolean): FastifyReply {
  return reply
    .header('content-security-policy', pagePolicy)
    .type('text/html; charset=utf-8')
    .send(page(wasWrong ? '<p role="alert">That token is not valid, or has expired.</p>' : ''));
}

function page(alert: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Strandline: log in</title>
<link rel="stylesheet" href="live.css">
</head>
<body class="login">
<main>
<h1>Strandline</h1>
<form method="post" action="session">
${alert}
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="off" required>
<button type="submit">Log in</button>
<p class="hint">For example from <code>kubectl create token NAME</code>. It is kept in a cookie of this page until it expires.</p>
</form>
</main>
</body>
</html>
`;
}
