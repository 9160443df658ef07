select shipment_keys.courier, shipment_keys.awb, int_scans.scans, int_scans.latest_at
from {{ ref('int_scans') }} as int_scans
inner join {{ source('raw', 'shipment_keys') }} as shipment_keys using (shipment_key)
