/** `/subjects`: names, versions, registration, look-up, deletion. */
import { refusals } from './errors.ts';
import { answer, flag, page, type Route, readSchemaRequest } from './http.ts';
import { guidOf, type Visible } from './state.ts';
import type { RegistryStore } from './store.ts';
import { storedSchema, storedVersion, subjectName, textView, versionNumber, versionView } from './views.ts';

export function subjectRoutes(store: RegistryStore): readonly Route[] {
  const { state } = store;
  return [
    {
      method: 'GET',
      path: '/subjects',
      answer: ({ query }) => {
        const prefix = (query.get('subjectPrefix') ?? '').replace(/^:\*:|^:\.:/, '');
        return answer(
          page(
            state.subjects(visible(query)).filter((subject) => subject.startsWith(prefix)),
            query,
          ),
        );
      },
    },
    {
      method: 'POST',
      path: '/subjects/:subject',
      answer: ({ parameters, query, body }) => {
        const subject = subjectName(parameters.subject!);
        const versions = state.versions(subject, flag(query, 'deleted') ? 'all' : 'active');
        const { content } = readSchemaRequest(body);
        if (versions.length === 0) throw refusals.subjectNotFound(subject);
        const id = state.idOf(store.canonical(subject, content, flag(query, 'normalize')));
        const found = versions.findLast((version) => version.id === id);
        if (found === undefined) throw refusals.schemaNotFound();
        return answer(versionView(store, found, query));
      },
    },
    {
      method: 'DELETE',
      path: '/subjects/:subject',
      answer: ({ parameters, query }) =>
        answer(store.deleteSubject(subjectName(parameters.subject!), flag(query, 'permanent'))),
    },
    ...versionRoutes(store),
  ];
}

function versionRoutes(store: RegistryStore): readonly Route[] {
  const { state } = store;
  return [
    {
      method: 'GET',
      path: '/subjects/:subject/versions',
      answer: ({ parameters, query }) => {
        const subject = subjectName(parameters.subject!);
        const versions = state.versions(subject, visible(query));
        if (versions.length === 0) throw refusals.subjectNotFound(subject);
        return answer(
          page(
            versions.map(({ version }) => version),
            query,
          ),
        );
      },
    },
    {
      method: 'POST',
      path: '/subjects/:subject/versions',
      answer: ({ parameters, query, body }) => {
        const subject = subjectName(parameters.subject!);
        const { content, wanted } = readSchemaRequest(body);
        const kept = store.canonical(subject, content, flag(query, 'normalize'));
        const { id, version } = store.register(subject, kept, wanted);
        // Without the text: Python's client would keep it in place of the descriptor it sent.
        return answer({ id, version, guid: guidOf(kept) });
      },
    },
    {
      method: 'GET',
      path: '/subjects/:subject/versions/:version',
      answer: ({ parameters, query }) => answer(versionView(store, find(parameters, query), query)),
    },
    {
      method: 'GET',
      path: '/subjects/:subject/versions/:version/schema',
      answer: ({ parameters, query }) => ({
        text: textView(store, storedSchema(store, find(parameters, query).id), query),
      }),
    },
    {
      method: 'GET',
      path: '/subjects/:subject/versions/:version/referencedby',
      answer: ({ parameters, query }) => {
        const { subject, version } = storedVersion(store, subjectName(parameters.subject!), parameters.version!, 'all');
        const users = state.referrers(subject, version, flag(query, 'deleted') ? 'all' : 'active');
        return answer(
          page(
            [...new Set(users.map(({ id }) => id))].sort((a, b) => a - b),
            query,
          ),
        );
      },
    },
    {
      method: 'DELETE',
      path: '/subjects/:subject/versions/:version',
      answer: ({ parameters, query }) => {
        const subject = subjectName(parameters.subject!);
        const permanent = flag(query, 'permanent');
        const wanted = versionNumber(parameters.version!);
        const version = wanted === 'latest' ? storedVersion(store, subject, 'latest', 'active').version : wanted;
        store.deleteVersion(subject, version, permanent);
        return answer(version);
      },
    },
  ];

  function find(parameters: Readonly<Record<string, string>>, query: URLSearchParams) {
    return storedVersion(
      store,
      subjectName(parameters.subject!),
      parameters.version!,
      flag(query, 'deleted') ? 'all' : 'active',
    );
  }
}

function visible(query: URLSearchParams): Visible {
  if (flag(query, 'deletedOnly')) return 'deleted';
  return flag(query, 'deleted') ? 'all' : 'active';
}
