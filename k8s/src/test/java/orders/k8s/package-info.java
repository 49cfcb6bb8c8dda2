/// What the manifests promise, checked without a cluster.
package orders.k8s;
