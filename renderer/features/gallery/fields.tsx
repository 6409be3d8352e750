import { useState } from 'react';
import { SearchField } from '../../ui/search-field.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Specimen } from './specimen.tsx';

export function Fields() {
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const [search, setSearch] = useState('');
  const [protocol, setProtocol] = useState<'PLAINTEXT' | 'SSL' | 'SASL_SSL'>();
  const isWrong = name !== '' && !/^[a-z][a-z0-9-]*$/.test(name);
  return (
    <div className="grid max-w-4xl grid-cols-2 gap-x-8 max-[900px]:grid-cols-1">
      <Specimen name="Text field" className="flex flex-col gap-3">
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          placeholder="orders-eu"
          hint="Lower-case letters, digits and dashes"
          error={isWrong ? 'A name begins with a lower-case letter' : undefined}
          isMono
        />
        <TextField label="Password" type="password" value="" onChange={() => {}} disabled />
        <TextField label="Note" lines={3} value={note} onChange={setNote} />
      </Specimen>
      <Specimen name="Select and search" className="flex flex-col gap-3">
        <Select
          label="Protocol"
          value={protocol}
          onChange={setProtocol}
          hint="What the brokers listen with"
          options={[
            { value: 'PLAINTEXT', label: 'PLAINTEXT', note: 'nothing is encrypted' },
            { value: 'SSL', label: 'SSL' },
            { value: 'SASL_SSL', label: 'SASL_SSL', note: 'user and password' },
          ]}
        />
        <SearchField label="Filter topics" value={search} onChange={setSearch} />
      </Specimen>
    </div>
  );
}
