/** `#/schemas` lists the subjects, `#/schemas/flights-value` shows the newest version of one, `#/schemas/flights-value/1` another. */
import { SubjectList } from './subject-list.tsx';
import { SubjectPage } from './subject-page.tsx';

export function SchemasPage({ path: [subject, version] }: { readonly path: readonly string[] }) {
  if (subject === undefined) return <SubjectList />;
  const number = Number(version);
  return (
    <SubjectPage
      key={subject}
      subject={subject}
      version={Number.isInteger(number) && number > 0 ? number : undefined}
    />
  );
}
