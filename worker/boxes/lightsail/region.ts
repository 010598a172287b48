import {
  GetInstanceAccessDetailsCommand,
  GetInstanceCommand,
  GetInstancesCommand,
  type InstanceAccessDetails,
  LightsailClient,
} from '@aws-sdk/client-lightsail';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { type AwsPlace, clientSettings } from '../../aws/client-settings.ts';
import { awsError } from './aws-errors.ts';
import { addOwners, type Owners, type TaggedInstance } from './instances.ts';

/** Milliseconds for all pages of a region; AWS puts 20 instances on one (aws-sdk-java-v2#2156). */
const LIST_MS = 5 * 60_000;
/** An endless sequence of pages is not read to its end. */
const MOST_PAGES = 5_000;

export interface RegionOptions extends AwsPlace {
  /** The tag that names the customer. */
  tag: string;
}

/** Lightsail in one region: the three requests that Keyferry makes. Credentials are the SDK's usual ones. */
export class LightsailRegion {
  readonly region: string;
  readonly #client: LightsailClient;
  readonly #tag: string;
  readonly #closed = new AbortController();

  constructor({ region, endpoint, tag }: RegionOptions) {
    this.region = region;
    this.#tag = tag;
    this.#client = new LightsailClient(clientSettings({ region, endpoint }));
  }

  /** The owners of all instances of the region. Throws `inventory_unavailable`, `inventory_denied`. */
  async owners(): Promise<Owners> {
    const abortSignal = AbortSignal.any([AbortSignal.timeout(LIST_MS), this.#closed.signal]);
    const owners = new Map<string, TaggedInstance[]>();
    let pageToken: string | undefined;
    try {
      for (let page = 1; page <= MOST_PAGES; page += 1) {
        const { instances = [], nextPageToken } = await this.#client.send(
          new GetInstancesCommand(pageToken === undefined ? {} : { pageToken }),
          { abortSignal },
        );
        addOwners(owners, instances, { region: this.region, key: this.#tag });
        if (!nextPageToken) return owners;
        pageToken = nextPageToken;
      }
    } catch (thrown) {
      throw awsError(thrown, this.region);
    }
    throw new KeyferryError('inventory_unavailable', {
      detail: `${this.region}: over ${MOST_PAGES} pages of instances.`,
    });
  }

  /** The current owner of one instance. Throws as `owners` does, and `box_not_listed` when it is gone. */
  async owner(instanceName: string): Promise<Owners> {
    const owners = new Map<string, TaggedInstance[]>();
    try {
      const { instance } = await this.#client.send(new GetInstanceCommand({ instanceName }), {
        abortSignal: this.#closed.signal,
      });
      addOwners(owners, instance ? [instance] : [], { region: this.region, key: this.#tag });
      return owners;
    } catch (thrown) {
      throw awsError(thrown, this.region);
    }
  }

  /** How to sign in to an instance now. Throws as `owners` does, and `box_not_listed` when it is gone. */
  async accessDetails(instanceName: string): Promise<InstanceAccessDetails> {
    try {
      const { accessDetails = {} } = await this.#client.send(
        new GetInstanceAccessDetailsCommand({ instanceName, protocol: 'ssh' }),
        { abortSignal: this.#closed.signal },
      );
      return accessDetails;
    } catch (thrown) {
      throw awsError(thrown, this.region);
    }
  }

  close(): void {
    this.#closed.abort(new KeyferryError('inventory_unavailable', { detail: 'The worker is stopping.' }));
    this.#client.destroy();
  }
}
