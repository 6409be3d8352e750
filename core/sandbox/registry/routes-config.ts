/** `/config` and `/mode`, for all subjects or for one. */
import { refusals } from './errors.ts';
import { answer, flag, type Route, readConfigRequest, readModeRequest } from './http.ts';
import type { RegistryStore } from './store.ts';
import { subjectName } from './views.ts';

export function configRoutes(store: RegistryStore): readonly Route[] {
  return [...levelRoutes(store), ...modeRoutes(store)];
}

function levelRoutes(store: RegistryStore): readonly Route[] {
  const { state } = store;
  const globalConfig = () => ({ compatibilityLevel: 'BACKWARD' as const, ...state.config(null) });
  const put = (subject: string | null, body: unknown) => {
    const changes = readConfigRequest(body);
    store.putConfig(subject, { ...state.config(subject), ...changes });
    const { compatibilityLevel, ...others } = changes;
    return answer({ ...others, ...(compatibilityLevel === undefined ? {} : { compatibility: compatibilityLevel }) });
  };
  return [
    { method: 'GET', path: '/config', answer: () => answer(globalConfig()) },
    { method: 'PUT', path: '/config', answer: ({ body }) => put(null, body) },
    {
      method: 'DELETE',
      path: '/config',
      answer: () => {
        const before = globalConfig();
        store.putConfig(null, null);
        return answer(before);
      },
    },
    {
      method: 'GET',
      path: '/config/:subject',
      answer: ({ parameters, query }) => {
        const subject = subjectName(parameters.subject!);
        const own = state.config(subject);
        if (flag(query, 'defaultToGlobal')) return answer({ ...globalConfig(), ...own });
        if (own === undefined) throw refusals.compatibilityNotConfigured(subject);
        return answer(own);
      },
    },
    {
      method: 'PUT',
      path: '/config/:subject',
      answer: ({ parameters, body }) => put(subjectName(parameters.subject!), body),
    },
    {
      method: 'DELETE',
      path: '/config/:subject',
      answer: ({ parameters }) => {
        const subject = subjectName(parameters.subject!);
        const before = state.config(subject);
        if (before === undefined) throw refusals.subjectNotFound(subject);
        store.putConfig(subject, null);
        return answer(before);
      },
    },
  ];
}

function modeRoutes(store: RegistryStore): readonly Route[] {
  const { state } = store;
  const put = (subject: string | null, body: unknown, force: boolean) => {
    const mode = readModeRequest(body);
    const taken = subject === null ? state.subjects('active') : state.versions(subject, 'active');
    if (mode === 'IMPORT' && !force && store.mode(subject) !== 'IMPORT' && taken.length > 0) {
      throw refusals.notPermitted('Cannot import since found existing subjects');
    }
    store.putMode(subject, mode);
    return answer({ mode });
  };
  return [
    { method: 'GET', path: '/mode', answer: () => answer({ mode: store.mode(null) }) },
    { method: 'PUT', path: '/mode', answer: ({ body, query }) => put(null, body, flag(query, 'force')) },
    {
      method: 'DELETE',
      path: '/mode',
      answer: () => {
        const before = store.mode(null);
        store.putMode(null, null);
        return answer({ mode: before });
      },
    },
    {
      method: 'GET',
      path: '/mode/:subject',
      answer: ({ parameters, query }) => {
        const subject = subjectName(parameters.subject!);
        const mode = flag(query, 'defaultToGlobal') ? store.mode(subject) : state.mode(subject);
        if (mode === undefined) throw refusals.modeNotConfigured(subject);
        return answer({ mode });
      },
    },
    {
      method: 'PUT',
      path: '/mode/:subject',
      answer: ({ parameters, body, query }) => put(subjectName(parameters.subject!), body, flag(query, 'force')),
    },
    {
      method: 'DELETE',
      path: '/mode/:subject',
      answer: ({ parameters }) => {
        const subject = subjectName(parameters.subject!);
        const before = state.mode(subject);
        if (before === undefined) throw refusals.subjectNotFound(subject);
        store.putMode(subject, null);
        return answer({ mode: before });
      },
    },
  ];
}
