/** One primitive with its name above. */
import type { ReactNode } from 'react';

interface SpecimenProps {
  readonly name: string;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Specimen({ name, className = 'flex flex-wrap items-center gap-2', children }: SpecimenProps) {
  return (
    <div className="mb-4 min-w-0">
      <h3 className="mb-1 text-data text-faint">{name}</h3>
      <div className={className}>{children}</div>
    </div>
  );
}
