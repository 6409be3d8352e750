/** `/schemas`: a schema by its id, wherever it is used. */
import { schemaTypes } from '#core/registry/schema.ts';
import { refusals } from './errors.ts';
import { answer, flag, integer, page, type Route } from './http.ts';
import { guidOf } from './state.ts';
import type { RegistryStore } from './store.ts';
import { contentView, storedSchema, textView, versionView } from './views.ts';

export function schemaRoutes(store: RegistryStore): readonly Route[] {
  const { state } = store;
  const byId = (parameters: Readonly<Record<string, string>>) => storedSchema(store, integer(parameters.id!));
  const uses = (parameters: Readonly<Record<string, string>>, query: URLSearchParams) => {
    const { id } = byId(parameters);
    const versions = state.versionsOfId(id, flag(query, 'deleted') ? 'all' : 'active');
    const subject = query.get('subject');
    return page(subject === null ? versions : versions.filter((version) => version.subject === subject), query);
  };
  return [
    { method: 'GET', path: '/schemas/types', answer: () => answer(schemaTypes) },
    {
      method: 'GET',
      path: '/schemas',
      answer: ({ query }) => {
        const prefix = (query.get('subjectPrefix') ?? '').replace(/^:\*:|^:\.:/, '');
        const subjects = state.subjects('all').filter((subject) => subject.startsWith(prefix));
        const versions = subjects.flatMap((subject) => {
          const all = state.versions(subject, flag(query, 'deleted') ? 'all' : 'active');
          return flag(query, 'latestOnly') ? all.slice(-1) : all;
        });
        return answer(page(versions, query).map((version) => versionView(store, version, query)));
      },
    },
    {
      method: 'GET',
      path: '/schemas/ids/:id',
      answer: ({ parameters, query }) => {
        const maxId = flag(query, 'fetchMaxId') ? { maxId: state.nextId - 1 } : {};
        return answer({ ...contentView(store, byId(parameters), query), ...maxId });
      },
    },
    {
      method: 'GET',
      path: '/schemas/ids/:id/schema',
      answer: ({ parameters, query }) => ({ text: textView(store, byId(parameters), query) }),
    },
    {
      method: 'GET',
      path: '/schemas/ids/:id/subjects',
      answer: ({ parameters, query }) => answer([...new Set(uses(parameters, query).map(({ subject }) => subject))]),
    },
    {
      method: 'GET',
      path: '/schemas/ids/:id/versions',
      answer: ({ parameters, query }) =>
        answer(uses(parameters, query).map(({ subject, version }) => ({ subject, version }))),
    },
    {
      method: 'GET',
      path: '/schemas/guids/:guid',
      answer: ({ parameters, query }) => answer(contentView(store, byGuid(parameters.guid!), query)),
    },
    {
      method: 'GET',
      path: '/schemas/guids/:guid/ids',
      answer: ({ parameters }) => answer([{ context: '.', id: byGuid(parameters.guid!).id }]),
    },
  ];

  function byGuid(guid: string) {
    const found = state.schemas().find((schema) => guidOf(schema) === guid.toLowerCase());
    if (found === undefined) throw refusals.schemaNotFound(guid);
    return found;
  }
}
