/** Every path the registry answers, in Confluent's words. */

import type { Route } from './http.ts';
import { answer } from './http.ts';
import { compatibilityRoutes } from './routes-compatibility.ts';
import { configRoutes } from './routes-config.ts';
import { schemaRoutes } from './routes-schemas.ts';
import { subjectRoutes } from './routes-subjects.ts';
import type { RegistryStore } from './store.ts';

export function registryRoutes(store: RegistryStore): readonly Route[] {
  return [
    { method: 'GET', path: '/', answer: () => answer({}) },
    // Contexts are names here: a subject may be called `:.context:subject`, but all of them share one range of ids.
    { method: 'GET', path: '/contexts', answer: () => answer(['.']) },
    ...subjectRoutes(store),
    ...schemaRoutes(store),
    ...compatibilityRoutes(store),
    ...configRoutes(store),
  ];
}
