/** ApiVersions: what this broker speaks. */
import { defineApi } from '../api.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { array, boolean, int16, int32, long, since, string, struct, tagged } from '../wire/schema.ts';

const request = struct({
  clientSoftwareName: since(3, string),
  clientSoftwareVersion: since(3, string),
});

const response = struct({
  errorCode: int16,
  apiKeys: array(
    struct({
      apiKey: int16,
      minVersion: int16,
      maxVersion: int16,
    }),
  ),
  throttleTimeMs: since(1, int32),
  supportedFeatures: tagged(
    0,
    3,
    array(
      struct({
        name: string,
        minVersion: int16,
        maxVersion: int16,
      }),
    ),
  ),
  finalizedFeaturesEpoch: tagged(1, 3, long, -1),
  finalizedFeatures: tagged(
    2,
    3,
    array(
      struct({
        name: string,
        maxVersionLevel: int16,
        minVersionLevel: int16,
      }),
    ),
  ),
  zkMigrationReady: tagged(3, 3, boolean, false),
});

export const apiVersions = defineApi({
  key: 18,
  name: 'ApiVersions',
  versions: [0, 4],
  flexibleSince: 3,
  request,
  response,
  handle({ clientSoftwareName, clientSoftwareVersion }, { node, version }) {
    const isNamed = (text: string) => /^[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?$/.test(text);
    const isRefused = version >= 3 && !(isNamed(clientSoftwareName) && isNamed(clientSoftwareVersion));
    return {
      errorCode: isRefused ? ErrorCode.invalidRequest : ErrorCode.none,
      apiKeys: isRefused
        ? []
        : node.apis.map(({ key, announcedMin, max }) => ({ apiKey: key, minVersion: announcedMin, maxVersion: max })),
      finalizedFeaturesEpoch: 0,
    };
  },
});
