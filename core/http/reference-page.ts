/** The reference of the API as one page of plain HTML: no script, nothing from elsewhere, so it works offline under the CSP. */
import {
  type Answer,
  type ApiDescription,
  apiPrefix,
  type Content,
  type Operation,
  type Parameter,
} from './description.ts';
import { answerExample, inputExample } from './example.ts';

const style = `
  :root { color-scheme: light dark; font: 14px/1.5 ui-sans-serif, system-ui, sans-serif }
  body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
  h2 { margin-top: 3rem; font-size: 1.1rem } h3 { margin: 2.25rem 0 .25rem; font-size: 1rem } h4 { margin: .75rem 0 .25rem; font-size: .85rem }
  p { margin: .25rem 0 } code, pre { font: 12px/1.5 ui-monospace, monospace }
  pre { overflow: auto; max-height: 24rem; margin: .25rem 0; padding: .75rem; border-radius: 6px;
    border: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
  td, th { text-align: left; padding: .15rem 1rem .15rem 0; vertical-align: top }
  h3 code { font-size: 13px; font-weight: 600 }
  nav ul { columns: 2; column-gap: 2rem; padding: 0; list-style: none } nav li { break-inside: avoid } nav a { font: 12px/1.5 ui-monospace, monospace } :target { scroll-margin-top: 1rem }`;

interface Method {
  readonly verb: string;
  readonly path: string;
  readonly operation: Operation;
}

export function referencePage(api: ApiDescription): string {
  const methods = Object.entries(api.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]): Method => ({ verb: verb.toUpperCase(), path, operation })),
  );
  const areas = Map.groupBy(methods, ({ operation }) => operation.tags?.[0] ?? '');
  const sections = [...areas].map(
    ([area, members]) => `<h2>${text(area)}</h2>\n${members.map((method) => section(method)).join('\n')}`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${text(api.info.title)} API</title><style>${style}</style></head>
<body><main><h1>${text(api.info.title)} API</h1>
<p>Version ${text(api.info.version)}. Every call carries <code>Authorization: Bearer TOKEN</code>: address and token of this start
are in <code>runtime.json</code> of the state directory. int64 is a string of digits, bytes are base64, a stream is
<code>text/event-stream</code>. The same for machines: <a href="${apiPrefix}/openapi.json">openapi.json</a>.</p>
<nav aria-label="Methods"><ul>${methods.map(indexEntry).join('')}</ul></nav>
${failures(api.components.responses)}
${sections.join('\n')}
</main></body></html>`;
}

function indexEntry({ operation: { operationId, summary = '' } }: Method): string {
  return `<li><a href="#${text(operationId)}">${text(operationId)}</a> ${text(summary)}</li>`;
}

function section(method: Method): string {
  const { verb, path, operation } = method;
  const { operationId, summary = '', description, parameters = [], responses } = operation;
  const statuses = Object.keys(responses).filter((status) => status !== '200');
  return `<section aria-labelledby="${text(operationId)}">
<h3 id="${text(operationId)}"><code>${verb} ${apiPrefix}${text(path)}</code></h3>
<p>${prose(summary)}.${description === undefined ? '' : ` ${prose(description)}`}</p>
${parameterTable(parameters)}
<h4>Example</h4><pre>${text(curl(method))}</pre>
${answer(responses['200'] as Answer)}
<p>Errors: ${statuses.map((status) => `<a href="#error-${status}">${status}</a>`).join(', ')}.</p>
</section>`;
}

function parameterTable(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(
    ({ name, in: where, required, schema, example }) =>
      `<tr><td><code>${text(name)}</code></td><td>${text(where)}${required === true ? ', required' : ''}</td>` +
      `<td><code>${text(JSON.stringify(example ?? inputExample(schema)))}</code></td></tr>`,
  );
  return `<table><thead><tr><th>Parameter</th><th>In</th><th>Example</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** The call as a shell command; `$ADDRESS` and `$TOKEN` as in `runtime.json`. */
function curl({ verb, path, operation }: Method): string {
  const { parameters = [], requestBody } = operation;
  const exampleFor = (name: string): string => String(parameters.find((one) => one.name === name)?.example ?? '');
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(exampleFor(name)));
  const query = parameters.filter((one) => one.in === 'query' && one.required === true);
  const search = query.map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`).join('&');
  const address = `"$ADDRESS${apiPrefix}${filled}${search === '' ? '' : `?${search}`}"`;
  const lines = [`curl${verb === 'GET' ? '' : ` -X ${verb}`} ${address}`, '  -H "Authorization: Bearer $TOKEN"'];
  const body = bodyExample(requestBody?.content);
  if (body !== undefined) lines.push(`  -H 'Content-Type: application/json' -d '${body.replaceAll("'", "'\\''")}'`);
  return lines.join(' \\\n');
}

function bodyExample(content: Content | undefined): string | undefined {
  const media = content?.['application/json'];
  return media === undefined ? undefined : JSON.stringify(media.example);
}

function answer({ description, content }: Answer): string {
  const [type, media] = Object.entries(content ?? {})[0] ?? [];
  if (type === undefined || media === undefined) return `<h4>Answer</h4><p>${text(description)}</p>`;
  const example = media.example ?? answerExample(media.schema);
  return `<h4>Answer, ${text(type)}</h4><pre>${text(JSON.stringify(example, null, 2))}</pre>`;
}

function failures(responses: Readonly<Record<string, Answer>>): string {
  const codes = responses['422']?.content?.['application/json']?.schema?.properties?.data?.properties?.code?.enum ?? [];
  const sections = Object.entries(responses).map(
    ([status, failure]) =>
      `<h3 id="error-${status}">${status}</h3><p>${prose(failure.description)}</p>${failure.content === undefined ? '' : answer(failure)}`,
  );
  return `<h2>Errors</h2>${sections.join('\n')}
<p>Codes in <code>data.code</code>: ${codes.map((code) => `<code>${text(String(code))}</code>`).join(', ')}.</p>`;
}

/** What is between backticks is code. */
function prose(value: string): string {
  return text(value).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function text(value: string): string {
  return value.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
