/** The reference of the API as one page of plain HTML: no script, nothing from elsewhere, so it works offline under the CSP. */

/** What is read here of an OpenAPI 3.1 document. */
export interface ApiDescription {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
}

type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>;

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

const style = `
  :root { color-scheme: light dark; font: 14px/1.5 ui-sans-serif, system-ui, sans-serif }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  h2 { margin-top: 2.5rem; font-size: 1rem } code, pre { font: 12px/1.5 ui-monospace, monospace }
  pre { overflow: auto; max-height: 24rem; padding: .75rem; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: 6px }
  td, th { text-align: left; padding: .15rem 1rem .15rem 0; vertical-align: top }`;

export function referencePage(api: ApiDescription): string {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([verb, operation]) => section(verb, path, operation)),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${text(api.info.title)} API</title><style>${style}</style></head>
<body><main><h1>${text(api.info.title)} API</h1>
<p>Version ${text(api.info.version)}. Every call carries <code>Authorization: Bearer TOKEN</code>, the token of this start
(<code>runtime.json</code> in the state directory). int64 is a string of digits. An error has status 422 and says in
<code>data</code> what failed (<code>code</code>), on what (<code>object</code>) and the <code>nextStep</code>.
The same for machines: <a href="/api/openapi.json">openapi.json</a>.</p>
${operations.join('\n')}
</main></body></html>`;
}

function section(verb: string, path: string, operation: Operation): string {
  const { operationId, summary = '', description = '', parameters = [] } = operation;
  return `<section aria-labelledby="${text(operationId)}">
<h2 id="${text(operationId)}"><code>${verb.toUpperCase()} /api${text(path)}</code></h2>
<p>${text(summary)}. ${text(description)}</p>
${parameterTable(parameters)}
${example('Request', operation.requestBody?.content)}
${example('Answer', operation.responses['200']?.content)}
</section>`;
}

function parameterTable(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(
    ({ name, in: where, required, schema }) =>
      `<tr><td><code>${text(name)}</code></td><td>${text(where)}${required === true ? ', required' : ''}</td>` +
      `<td><code>${text(JSON.stringify(exampleOf(schema)))}</code></td></tr>`,
  );
  return `<table><thead><tr><th>Parameter</th><th>In</th><th>Example</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function example(title: string, content: Content | undefined): string {
  const [type, media] = Object.entries(content ?? {})[0] ?? [];
  if (media?.schema === undefined) return '';
  return `<h3>${title}, ${text(type ?? '')}</h3><pre>${text(JSON.stringify(exampleOf(media.schema), null, 2))}</pre>`;
}

/** A value of the schema, as plain as can be: shows the shape, not real data. */
function exampleOf(schema: JsonSchema | undefined): unknown {
  if (schema === undefined) return null;
  if (schema.examples !== undefined) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  const branch = (schema.oneOf ?? schema.anyOf)?.find(({ type }) => type !== 'null');
  if (branch !== undefined) return exampleOf(branch);
  if (schema.properties !== undefined) {
    return Object.fromEntries(Object.entries(schema.properties).map(([name, property]) => [name, exampleOf(property)]));
  }
  if (schema.type === 'array') return [exampleOf(schema.items)];
  if (schema.type === 'number' || schema.type === 'integer') return 0;
  if (schema.type === 'boolean') return false;
  return schema.type === 'string' ? (schema.pattern === undefined ? 'text' : '0') : {};
}

function text(value: string): string {
  return value.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
