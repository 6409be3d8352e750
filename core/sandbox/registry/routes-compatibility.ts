/** `/compatibility`: the check that registration makes, without registering. */
import { RegistryError, refusals } from './errors.ts';
import { answer, flag, type Route, type RouteAnswer, type RouteRequest, readSchemaRequest } from './http.ts';
import type { StoredVersion } from './state.ts';
import type { RegistryStore } from './store.ts';
import { subjectName, versionNumber } from './views.ts';

export function compatibilityRoutes(store: RegistryStore): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/compatibility/subjects/:subject/versions',
      answer: (request) => {
        const subject = subjectName(request.parameters.subject!);
        return check(subject, store.state.versions(subject, 'active'), request);
      },
    },
    {
      method: 'POST',
      path: '/compatibility/subjects/:subject/versions/:version',
      answer: (request) => {
        const subject = subjectName(request.parameters.subject!);
        const versions = store.state.versions(subject, 'active');
        const wanted = versionNumber(request.parameters.version!);
        if (wanted === 'latest') return check(subject, versions.slice(-1), request);
        const found = versions.filter(({ version }) => version === wanted);
        if (found.length === 0) throw refusals.versionNotFound(wanted);
        return check(subject, found, request);
      },
    },
  ];

  function check(subject: string, versions: readonly StoredVersion[], { query, body }: RouteRequest): RouteAnswer {
    const { content } = readSchemaRequest(body);
    const verbose = flag(query, 'verbose');
    const messages = verbose ? reasonsOrRefusal() : reasons();
    return answer({ is_compatible: messages.length === 0, ...(verbose ? { messages } : {}) });

    function reasons(): readonly string[] {
      return store.reasonsAgainst(subject, store.canonical(subject, content, flag(query, 'normalize')), versions);
    }

    function reasonsOrRefusal(): readonly string[] {
      try {
        return reasons();
      } catch (error) {
        if (error instanceof RegistryError && error.code === 42201) return [error.message];
        throw error;
      }
    }
  }
}
